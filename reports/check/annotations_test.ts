import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { annotations } from "./annotations.ts";
import { sampleRun } from "../testing/sample.ts";

describe("annotations", () => {
  it("put each failure and warning at the line of the step that carries the check", async () => {
    const [failure, warning, ...rest] = annotations(await sampleRun()).trimEnd().split("\n");
    const place = "file=scenarios/clients/whispers.yaml,line=14";
    const of = "in clients/whispers/on-a-public-channel";
    assertEquals(failure?.startsWith(`::error ${place},title=P-163 ${of}::Expected nothing`), true);
    assertEquals(warning, `::warning ${place},title=P-072 ${of}::Expected 4200; closed with 1006`);
    assertEquals(rest, []);
  });

  it("keep a target's text from starting a command of its own", async () => {
    const view = await sampleRun();
    const cases = view.cases.map((of) => ({
      ...of,
      ...(of.result && {
        result: {
          ...of.result,
          checks: of.result.checks.map((check) => ({ ...check, message: "100%\n::error::x" })),
        },
      }),
    }));
    const [first] = annotations({ ...view, cases }).split("\n");
    assertEquals(first?.endsWith("::100%25%0A::error::x"), true);
  });
});
