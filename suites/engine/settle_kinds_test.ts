import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { check, grading, missing, scenario, told } from "./settled.ts";
import { settle } from "./settle.ts";

const PRIVATE = { prefix: "private-cache-", guardedBy: "P-146" };
const ENCRYPTED = { prefix: "private-encrypted-cache-", guardedBy: "P-146" };
const ON_CACHE = ["P-080", "P-146"];

describe("what guards a kind of channel", () => {
  it("is accused on one kind, and blocks nothing on another", () => {
    const results = settle([
      scenario("encrypted", { questions: [check("P-146", [], missing, { kind: ENCRYPTED })] }),
      scenario("encrypted-too", {
        questions: [check("P-147", ON_CACHE, missing, { kind: ENCRYPTED })],
      }),
      scenario("private", {
        questions: [check("P-147", ON_CACHE, missing, { kind: PRIVATE, isBroken: false })],
      }),
    ], grading);
    assertEquals(told(results), [
      "encrypted P-146 fail",
      "encrypted-too P-147 blocked P-146",
      "private P-147 fail",
    ]);
  });
});

describe("what fails in the same way on public channels", () => {
  const wrong = (kind?: typeof PRIVATE) =>
    check("P-097", [], { ...missing, quotes: [1] }, {
      missing: false,
      observation: "admitted",
      ...(kind ? { kind } : {}),
    });
  const right = check("P-097", [], { holds: true, message: "", quotes: [] });

  it("is no matter of the kind", () => {
    const results = settle([
      scenario("here", { questions: [wrong(PRIVATE)] }),
      scenario("public", { questions: [right] }),
      scenario("public-too", { questions: [wrong()] }),
    ], grading);
    assertEquals(told(results), ["here P-097 fail", "public P-097 pass", "public-too P-097 fail"]);
  });
});
