import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Grading } from "./grade.ts";
import type { Judged } from "./judge.ts";
import { broken, came, check, grading, missing, scenario, told } from "./settled.ts";
import { settle } from "./settle.ts";
import { requirementOf } from "./testing.ts";
import type { Finding } from "./verb.ts";

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

  it("a control accuses nothing without which the same check came to nothing as well", () => {
    const results = settle([
      scenario("control", { worked: [[GENERAL]] }),
      scenario("one", { questions: [check("P-120", [GENERAL], missing)] }),
      scenario("two", { questions: [check("P-120", [GENERAL, NO_INFO], missing)] }),
    ], grading);
    assertEquals(told(results), ["one P-120 fail", "two P-120 fail"]);
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

  it("a rule that holds on public cache channels alone is owed to the guarded ones", () => {
    const told152 = (prefix: string) =>
      check("P-152", [], came, { kind: { prefix, guardedBy: "P-146" } });
    const guarded = scenario("guarded", {
      unexplained: [{
        requirement: "P-152",
        observation: "no cache miss",
        message: "ana was not told",
        quotes: [1],
        kind: { prefix: "private-cache-", guardedBy: "P-146" },
      }],
    });
    const of = (...more: Judged[]) => told(settle([...more, guarded], grading)).at(-1);
    const open = scenario("a-public", { questions: [told152("cache-")] });
    assertEquals(of(open), "guarded P-146 fail");
    const another = scenario("b-guarded", { questions: [told152("private-cache-")] });
    assertEquals(of(open, another), "guarded P-152 fail");
    assertEquals(of(), "guarded P-152 fail");
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

    it("is to blame itself where the check of the answer only informs", () => {
      const informs = {
        ...answered("P-210"),
        check: { requirement: "P-210", informs: true as const },
      };
      const results = settle(
        [scenario("one", { questions: [informs, awaited("P-259")] })],
        grading,
      );
      assertEquals(told(results), ["one P-210 info", "one P-259 fail"]);
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
