import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import type { Requirement } from "../requirement.ts";
import { VOCABULARY } from "../vocabulary.ts";
import type { Evidence, Happening } from "./evidence.ts";
import { judge } from "./judge.ts";

const requirement: Requirement = {
  id: "P-220",
  level: "must",
  basis: "D",
  roles: ["H"],
  score: "conformance",
  section: "HTTP API: authentication",
  statement: "auth_version = 1.0",
  source: "Pusher docs",
  live: false,
  ambiguities: [],
};

/** The verdict on a step that expects 401 and finds 200, with this written on the step. */
function verdictOf(judging: string): string | undefined {
  const text = `
suite: api
scenarios:
  - id: api/signature/version
    title: Another version
    steps: [{ answer: { status: 401, ${judging} } }]
`;
  const [scenario] = parseScenarios(readSource("version.yaml", text), VOCABULARY);
  if (!scenario) throw new Error("one scenario stands in the text");
  const step = { step: 0, turn: 0 } as const;
  const happenings: Happening[] = [
    { kind: "response", exchange: 1, status: 200, headers: {}, body: "" },
    { kind: "step-begin", ...step, who: "", params: { status: 401 } },
    { kind: "step-end", ...step, outcome: "done", took: [0] },
  ];
  const events = happenings.map((happening, seq): Evidence => ({
    seq,
    t: seq,
    case: scenario.id,
    ...happening,
  }));
  const grading = { requirement: () => requirement, claims: [], known: [], clockOffsetMs: 0 };
  return judge(scenario, events, grading).checks[0]?.verdict;
}

describe("the verdict on a must that does not hold", () => {
  it("is a failure where the step checks it", () => {
    assertEquals(verdictOf("checks: P-220"), "fail");
  });

  it("is information where the step only informs", () => {
    assertEquals(verdictOf("informs: P-220"), "info");
  });

  it("is information where the documents leave it open", () => {
    assertEquals(verdictOf("checks: P-220, ambiguity: A2"), "info");
  });
});
