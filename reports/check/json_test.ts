import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { jsonReport, reportJsonSchema, reportOf, reportSchema } from "./json.ts";
import { killedRun, sampleRun } from "../testing/sample.ts";

describe("report.json", () => {
  it("has the shape it promises", async () => {
    assertEquals(reportSchema.parse(JSON.parse(jsonReport(await sampleRun()))).schemaVersion, 2);
    assertEquals(reportSchema.parse(JSON.parse(jsonReport(await killedRun()))).schemaVersion, 2);
  });

  it("tells each check with requirement, level, verdict, cause and message", async () => {
    const [, relayed] = reportOf(await sampleRun()).cases;
    assertEquals(relayed?.checks[1], {
      requirement: "P-072",
      level: "should",
      verdict: "warn",
      cause: "implementation",
      message: "Expected 4200; closed with 1006",
    });
  });

  it("says of each feature whether it is offered, and what the server said", async () => {
    const { probed } = reportOf(await sampleRun()).target;
    assertEquals(probed?.features.batchEvents.state, "absent");
    assertEquals(probed?.features.channels, { state: "offered", observation: "HTTP 200" });
  });

  it("counts each score", async () => {
    const { conformance } = reportOf(await sampleRun()).summary;
    assertEquals(conformance, {
      partlyBlocked: 0,
      flaky: 0,
      late: 0,
      expected: 0,
      blocked: 0,
      passed: 1,
      failed: 1,
      warned: 1,
      known: 1,
      notOffered: 5,
      skipped: 1,
      untested: 170,
      of: 180,
    });
  });

  it("marks a killed run incomplete and names what was never judged", async () => {
    const report = reportOf(await killedRun());
    assertEquals(report.run.complete, false);
    assertEquals(report.run.reason, "The run was killed before it could finish.");
    assertEquals(report.unjudged, ["races/burst"]);
    assertEquals(report.cases.length, 3);
  });

  it("comes with a JSON Schema", () => {
    const schema = reportJsonSchema();
    assertEquals(schema.title, "Plumbline report");
    assertEquals(schema.type, "object");
  });
});
