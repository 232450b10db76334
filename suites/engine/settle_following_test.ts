import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Grading } from "./grade.ts";
import type { Question } from "./judge.ts";
import { settle } from "./settle.ts";
import { came, check, grading, missing, scenario, step, told } from "./settled.ts";
import { requirementOf } from "./testing.ts";

describe("one fault seen from several sides:", () => {
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

  it("what never came anywhere is told of in the place of what stands on it, if its own premises held", () => {
    const standing: Grading = {
      ...grading,
      requirement: (id) => requirementOf(id, id === "P-125" ? { standsOn: ["P-123"] } : {}),
    };
    const wrong = check("P-125", [], { ...missing, quotes: [1] }, { missing: false });
    const gone = check("P-123", ["P-111"], missing);
    const judged = [
      scenario("gone", { questions: [gone] }),
      scenario("replay", { questions: [wrong] }),
    ];
    const joined = scenario("joined", {
      questions: [check("P-111", [], came)],
      worked: [["P-111"]],
    });
    assertEquals(told(settle([...judged, joined], standing)), [
      "gone P-123 fail",
      "replay P-125 blocked P-123",
      "joined P-111 pass",
    ]);
    assertEquals(told(settle(judged, standing)).at(-1), "replay P-125 fail");
  });

  it("what a requirement is made of is to blame, whatever a control shows of its step", () => {
    const standing: Grading = {
      ...grading,
      requirement: (id) => requirementOf(id, id === "P-260" ? { standsOn: ["P-235"] } : {}),
    };
    const answer = check("P-235", [], { ...missing, quotes: [1] }, { missing: false });
    const judged = [
      scenario("answer", { questions: [answer] }),
      scenario("hundred", { questions: [check("P-260", ["P-080"], missing)] }),
      scenario("control", { worked: [["P-080"]] }),
    ];
    assertEquals(told(settle(judged, standing)), [
      "answer P-235 fail",
      "hundred P-260 blocked P-235",
    ]);
    assertEquals(told(settle(judged, grading))[1], "hundred P-260 fail");
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
});
