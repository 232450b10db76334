import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { annotations } from "./annotations.ts";
import type { CaseView, RunView } from "../../suites/record/check/read.ts";
import { sampleRun } from "../testing/sample.ts";

const baseline = { line: "baseline", file: "expected.yaml", failOn: "must", stale: [] } as const;

describe("annotations", () => {
  it("put each failure and warning at the line of the step that carries the check", async () => {
    const [failure, warning, ...rest] = annotations(await sampleRun()).trimEnd().split("\n");
    const place = "file=scenarios/clients/whispers.yaml,line=14";
    const of = "in clients/whispers/on-a-public-channel";
    assertEquals(failure?.startsWith(`::error ${place},title=P-163 ${of}::Expected nothing`), true);
    assertEquals(warning, `::warning ${place},title=P-072 ${of}::Expected 4200; closed with 1006`);
    assertEquals(rest, []);
  });

  it("name a cause once, on the user's own scenario, and say how many more show it", async () => {
    const view = await sampleRun();
    const first = view.cases.find(({ attempt }) => attempt.id.startsWith("clients/whispers"));
    assert(first?.result);
    const { attempt, result } = first;
    const shipped: CaseView = { ...first, attempt: { ...attempt, file: "x.yaml", shipped: true } };
    const own: CaseView = {
      ...first,
      attempt: { ...attempt, id: "mine/own", file: "mine.yaml" },
      result: { ...result, id: "mine/own" },
    };
    const lines = annotations({ ...view, cases: [shipped, own] }).trimEnd().split("\n");
    assertEquals(lines.length, 2, "a failure and a warning");
    assertMatch(lines[0] ?? "", /^::error file=mine.yaml,line=14,title=P-163 in mine\/own::/);
    assertMatch(lines[0] ?? "", / \(1 scenario more\)$/);
  });

  it("stand at the baseline, else at the target file, where the scenario comes with Plumbline", async () => {
    const { run, cases, ...rest } = await sampleRun();
    const shipped = cases.map((of): CaseView => ({
      ...of,
      attempt: { ...of.attempt, shipped: true },
    }));
    const first = (extra: Partial<RunView>) =>
      annotations({ ...rest, run, cases: shipped, ...extra }).split("::")[1]?.split(",")[0];
    const target = { ...run.target, file: "targets/mine.yaml" };
    assertEquals(first({ run: { ...run, target }, baseline }), "error file=expected.yaml");
    assertEquals(first({ run: { ...run, target } }), "error file=targets/mine.yaml");
    assertMatch(first({}) ?? "", /^error title=P-163 in /);
  });

  it("say nothing of what makes a run with a baseline no failure", async () => {
    const view = await sampleRun();
    const lines = annotations({ ...view, baseline }).trimEnd().split("\n");
    assertEquals(lines.map((line) => line.split(" ")[0]), ["::error"]);
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
