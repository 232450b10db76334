import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CaseResult } from "../record/verdict.ts";
import type { Grading } from "./grade.ts";
import type { Broken, Judged, Question } from "./judge.ts";
import type { ActionStep, Scenario } from "./scenario.ts";
import { settle } from "./settle.ts";
import { requirementOf } from "./testing.ts";
import type { Finding } from "./verb.ts";

const grading: Grading = {
  requirement: (id) => requirementOf(id),
  claims: [],
  known: [],
  clockOffsetMs: 0,
};

const step = (index: number): ActionStep => ({
  kind: "action",
  index,
  line: index,
  text: "",
  actor: "ana",
  // No verb runs here: settling reads findings only.
  verb: { actor: "client" } as ActionStep["verb"],
  params: {},
  checks: [],
});

const came: Finding = { holds: true, message: "it came", quotes: [] };
const missing: Finding = { holds: false, message: "it did not come", quotes: [] };

/** A check of `requirement` by a step that stood on `premises`. */
const check = (
  requirement: string,
  premises: readonly string[],
  finding: Finding,
  more: Partial<Question> = {},
): Question => ({
  step: step(0),
  check: { requirement },
  finding,
  rounds: 1,
  premises,
  missing: finding.holds === false,
  isBroken: finding.holds === false,
  tookMs: 10,
  observation: "refused",
  ...more,
});

function scenario(id: string, parts: Partial<Judged>): Judged {
  return {
    scenario: { id, steps: [] } as unknown as Scenario, // no more of it is read
    durationMs: 1,
    questions: [],
    worked: [],
    stoodOn: [],
    unexplained: [],
    ...parts,
  };
}

const broken = (premises: readonly string[]): Broken => ({
  step: step(1),
  premises,
  message: "ana was not admitted",
  quotes: [],
  observation: "refused",
  isCut: false,
});

/** `scenario requirement verdict`, and what blocks it. */
const told = (results: ReadonlyMap<string, CaseResult>) =>
  [...results.values()].flatMap(({ id, checks }) =>
    checks.map(({ requirement, verdict, blockedBy }) =>
      [id, requirement, verdict]
        .concat(
          blockedBy === undefined
            ? []
            : blockedBy.kind === "cause"
            ? [blockedBy.requirement]
            : [blockedBy.reason],
        ).join(" ")
    )
  );

const GENERAL = "P-111";
const NO_INFO = "P-113";

describe("one cause, one accusation:", () => {
  it("a control accuses the premise in which it differs, once; the rest is blocked by it", () => {
    const results = settle([
      scenario("with-info", { worked: [[GENERAL]], questions: [check("P-117", [GENERAL], came)] }),
      scenario("one", {
        broken: broken([GENERAL, NO_INFO]),
        questions: [check("P-119", [], { holds: "blocked", message: "", quotes: [] })],
      }),
      scenario("two", { questions: [check("P-120", [GENERAL, NO_INFO], missing)] }),
    ], grading);
    assertEquals(told(results), [
      "with-info P-117 pass",
      "one P-119 blocked P-113",
      "two P-120 blocked P-113",
      "two P-113 fail",
    ]);
  });

  it("without a control the general premise is to blame, and what stands on it is blocked", () => {
    const results = settle([
      scenario("one", { questions: [check("P-120", [GENERAL, NO_INFO], missing)] }),
      scenario("two", { questions: [check("P-121", [GENERAL, NO_INFO], missing)] }),
    ], grading);
    assertEquals(told(results), [
      "one P-120 blocked P-111",
      "one P-111 fail",
      "two P-121 blocked P-111",
    ]);
  });

  it("the same scenario tells of it, whichever ended first", () => {
    const one = scenario("one", { questions: [check("P-120", [GENERAL, NO_INFO], missing)] });
    const two = scenario("two", { questions: [check("P-121", [GENERAL, NO_INFO], missing)] });
    const settled = (order: readonly Judged[]) => told(settle(order, grading)).toSorted();
    assertEquals(settled([one, two]), settled([two, one]));
  });

  it("a finding may show another requirement broken than the one that is checked", () => {
    const finding: Finding = { ...missing, accuses: "P-103" };
    const results = settle([
      scenario("one", { questions: [check("P-205", [], finding, { missing: false })] }),
    ], grading);
    assertEquals(told(results), ["one P-205 blocked P-103", "one P-103 fail"]);
  });

  it("what was asked for is to blame before a premise that another control accuses", () => {
    const results = settle([
      scenario("controls", { worked: [["P-076", GENERAL], ["P-076", "P-146"]] }),
      scenario("here", {
        questions: [check("P-146", ["P-076", GENERAL, "P-146"], missing, { isBroken: false })],
      }),
    ], grading);
    assertEquals(told(results), ["here P-146 fail"]);
  });

  it("a check is to blame where all it takes for granted works elsewhere", () => {
    const results = settle([
      scenario("elsewhere", { worked: [["P-080"]] }),
      scenario("here", { questions: [check("P-243", ["P-080"], missing)] }),
    ], grading);
    assertEquals(told(results), ["here P-243 fail"]);
  });

  it("a check that judges a requirement is never blocked by that requirement", () => {
    const results = settle([
      scenario("one", { questions: [check(GENERAL, [GENERAL], missing)] }),
      scenario("two", { questions: [check(GENERAL, [GENERAL], missing)] }),
    ], grading);
    assertEquals(told(results), ["one P-111 fail", "two P-111 fail"]);
  });

  it("a wrong answer is blocked by a premise that held nowhere", () => {
    const wrong = (requirement: string, premises: readonly string[]) =>
      check(requirement, premises, { ...missing, quotes: [1] }, { missing: false });
    const users = scenario("a-users", { questions: [wrong("P-270", ["P-270"])] });
    const counts = scenario("b-counts", { questions: [wrong("P-273", ["P-270"])] });
    assertEquals(told(settle([users, counts], grading)), [
      "a-users P-270 fail",
      "b-counts P-273 blocked P-270",
    ]);
    const right = scenario("c-users", { questions: [check("P-270", ["P-270"], came)] });
    assertEquals(told(settle([users, counts, right], grading)), [
      "a-users P-270 fail",
      "b-counts P-273 fail",
      "c-users P-270 pass",
    ]);
  });

  it("a rule that holds on plain channels alone owes that to the other kind of channel", () => {
    const admitted = { ...missing, message: "eve was admitted" };
    const refusal = (prefix: string, finding: Finding) =>
      check("P-097", [], finding, {
        missing: false,
        ...(prefix === "" ? {} : { kind: { prefix, guardedBy: "P-146" } }),
      });
    const plain = scenario("plain", { questions: [refusal("", came)] });
    const cache = scenario("cache", { questions: [refusal("private-cache-", admitted)] });
    assertEquals(told(settle([plain, cache], grading)), [
      "plain P-097 pass",
      "cache P-097 blocked P-146",
      "cache P-146 fail",
    ]);
    const other = scenario("other", { questions: [refusal("presence-cache-", came)] });
    assertEquals(told(settle([plain, cache, other], grading))[1], "cache P-097 blocked P-146");
    assertEquals(told(settle([cache], grading)), ["cache P-097 fail"]);
    const unguarded = scenario("plain", { questions: [refusal("", admitted)] });
    assertEquals(told(settle([unguarded, cache], grading)), [
      "plain P-097 fail",
      "cache P-097 fail",
    ]);
  });

  it("a rule that is broken as it is on that kind of channel always belongs to the kind", () => {
    const kind = { prefix: "private-cache-", guardedBy: "P-146" };
    const refusal = (requirement: string, holds: boolean, more: Partial<Question> = {}) =>
      check(requirement, [], holds ? came : { ...missing, quotes: [1] }, {
        missing: false,
        observation: "admitted",
        ...more,
      });
    const results = settle([
      scenario("a-plain", { questions: [refusal("P-097", true), refusal("P-101", true)] }),
      scenario("b-digits", { questions: [refusal("P-097", false, { kind })] }),
      scenario("c-a-number", { questions: [refusal("P-101", true, { kind })] }),
      scenario("d-no-colon", { questions: [refusal("P-101", false, { kind })] }),
    ], grading);
    assertEquals(told(results).slice(2), [
      "b-digits P-097 blocked P-146",
      "b-digits P-146 fail",
      "c-a-number P-101 pass",
      "d-no-colon P-101 blocked P-146",
      "d-no-colon P-146 fail",
    ]);
  });

  it("what a requirement stands on in the catalogue is told of in its place", () => {
    const standing: Grading = {
      ...grading,
      requirement: (id) => requirementOf(id, id === "P-212" ? { standsOn: ["P-211"] } : {}),
    };
    const wrong = (requirement: string) =>
      check(requirement, [], { ...missing, quotes: [1] }, { missing: false });
    const judged = [
      scenario("bytes", { questions: [wrong("P-212")] }),
      scenario("limit", { questions: [wrong("P-211")] }),
    ];
    assertEquals(told(settle(judged, standing)), ["bytes P-212 blocked P-211", "limit P-211 fail"]);
    assertEquals(told(settle(judged, grading))[0], "bytes P-212 fail");
  });

  it("of two that stand on each other and hold nowhere, the first is broken", () => {
    const wrong = (requirement: string, premise: string) =>
      check(requirement, [premise], { ...missing, quotes: [1] }, { missing: false });
    const results = settle([
      scenario("close", { questions: [wrong("P-056", "P-017")] }),
      scenario("key", { questions: [wrong("P-017", "P-056")] }),
    ], grading);
    assertEquals(told(results), ["close P-056 fail", "key P-017 blocked P-056"]);
  });

  it("a requirement that fails in a scenario is not kept there by another check of it", () => {
    const wrong = { ...missing, quotes: [1] };
    const results = settle([
      scenario("key", {
        questions: [
          check("P-017", [], wrong, { missing: false }),
          check("P-017", [], came),
        ],
      }),
      scenario("old", { questions: [check("P-059", ["P-017"], missing, { isBroken: false })] }),
    ], grading);
    assertEquals(told(results), ["key P-017 fail", "key P-017 pass", "old P-059 blocked P-017"]);
  });

  it("what a control shows is told before what stands on it, whichever scenario comes first", () => {
    const results = settle([
      scenario("a-large", {
        questions: [check("P-321", ["P-165", "P-169", "P-173"], missing, { isBroken: false })],
      }),
      scenario("b-text", {
        questions: [check("P-165", ["P-165", "P-169"], missing, { isBroken: false })],
      }),
      scenario("control", { worked: [["P-165"]] }),
    ], grading);
    assertEquals(told(results).filter((one) => one.endsWith("fail")), ["b-text P-169 fail"]);
  });

  it("a frame that a premise finds wrong is told of by that premise", () => {
    const quoting = (requirement: string, premises: readonly string[], index: number) => ({
      ...check(requirement, premises, { ...missing, quotes: [7] }, { missing: false }),
      step: step(index),
    });
    const results = settle([
      scenario("shutdown", {
        questions: [quoting("P-072", ["P-056"], 3), quoting("P-056", [], 4)],
      }),
      scenario("elsewhere", { questions: [check("P-056", [], came)] }),
    ], grading);
    assertEquals(told(results), [
      "shutdown P-072 blocked P-056",
      "shutdown P-056 fail",
      "elsewhere P-056 pass",
    ]);
  });

  it("a wrong form blocks nothing: what stands on the requirement can be asked all the same", () => {
    const wrong = check("P-263", [], { ...missing, quotes: [1] }, { missing: false });
    const results = settle([
      scenario("form", { questions: [wrong] }),
      scenario("use", { questions: [check("P-079", ["P-263"], missing)] }),
    ], grading);
    assertEquals(told(results), ["form P-263 fail", "use P-079 blocked P-263", "use P-263 fail"]);
  });

  describe("what never comes because its publication was refused", () => {
    const refused: Finding = { holds: false, message: "HTTP 413", quotes: [7] };
    const answered = (requirement: string) =>
      check(requirement, [], refused, { observation: "HTTP 413", missing: false });
    const awaited = (requirement: string) =>
      check(requirement, [], missing, { observation: "nothing came", refusal: 7 });

    it("is blocked by the check of the answer", () => {
      const questions = [answered("P-210"), awaited("P-259")];
      const results = settle([scenario("one", { questions })], grading);
      assertEquals(told(results), ["one P-210 fail", "one P-259 blocked P-210"]);
    });

    it("is the same observation where both judge one requirement", () => {
      const questions = [answered("P-259"), awaited("P-259")];
      const [result] = settle([scenario("one", { questions })], grading).values();
      assertEquals(result?.checks.map((one) => one.observation), ["HTTP 413", "HTTP 413"]);
    });

    it("is to blame itself where the refusal was right", () => {
      const right = check("P-210", [], { ...came, quotes: [7] });
      const results = settle([scenario("one", { questions: [right, awaited("P-259")] })], grading);
      assertEquals(told(results), ["one P-210 pass", "one P-259 fail"]);
    });
  });

  it("what only informs accuses no premise", () => {
    const live: Grading = {
      ...grading,
      requirement: (id) => requirementOf(id, { live: id === "P-006" }),
    };
    const results = settle([
      scenario("one", { questions: [check("P-006", [GENERAL], missing)] }),
    ], live);
    assertEquals(told(results), ["one P-006 info"]);
  });
});

describe("what is outside", () => {
  const lost = { holds: "blocked", message: "", quotes: [], outside: "fence-lost" } as const;

  it("blocks, and is named; nothing recorded is named too", () => {
    const results = settle([
      scenario("lost", { questions: [check("P-099", [], lost)] }),
      scenario("why", {
        questions: [check("P-100", [], { holds: "blocked", message: "", quotes: [] })],
      }),
    ], grading);
    assertEquals(told(results), [
      "lost P-099 blocked fence-lost",
      "why P-100 blocked unrecorded",
    ]);
  });

  it("takes every accusation of a scenario back that a machine at a standstill explains", () => {
    const results = settle(
      [scenario("slow", { questions: [check("P-045", [], missing)] })],
      grading,
      new Map([["slow", "machine-stalled"]]),
    );
    assertEquals(told(results), ["slow P-045 blocked machine-stalled"]);
  });
});

describe("what the model found", () => {
  it("is told in the place of a check that stands on it and quotes the same frame", () => {
    const quoting = check("P-116", ["P-115"], { ...missing, quotes: [7] }, { missing: false });
    const shape = { requirement: "P-115", observation: "form", message: "", quotes: [7] };
    const results = settle([
      scenario("roster", { questions: [quoting], unexplained: [shape] }),
    ], grading);
    assertEquals(told(results), ["roster P-116 blocked P-115", "roster P-115 fail"]);
  });

  it("is told once: not where a check quotes the same frame", () => {
    const quoted = check("P-081", [], { ...missing, quotes: [7] }, { missing: false });
    const found = (seq: number) => ({
      requirement: "P-081",
      observation: "delivered",
      message: "",
      quotes: [seq],
    });
    const results = settle([
      scenario("same", { questions: [quoted], unexplained: [found(7)] }),
      scenario("other", { unexplained: [found(9)] }),
    ], grading);
    assertEquals(told(results), ["same P-081 fail", "other P-081 fail"]);
  });
});
