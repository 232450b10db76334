import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { hasAbsence, outsideReason } from "./second_chance.ts";
import { came, check, missing, scenario } from "./settled.ts";

const run = (stalledMs: number) => ({
  began: 0,
  lag: { longestStall: () => stalledMs, stop: () => {} },
  patienceMs: 20_000,
  alone: false,
});

describe("what came after its deadline", () => {
  const late = scenario("late", { questions: [check("P-100", [], came, { lateMs: 300 })] });

  it("is asked for again where this machine stood still a little", () => {
    assertEquals(hasAbsence(late), true);
    assertEquals(outsideReason(late, [], run(200)), "machine-stalled");
  });

  it("is late where the machine did not", () => {
    assertEquals(outsideReason(late, [], run(50)), undefined);
  });
});

describe("what never came", () => {
  const absent = scenario("absent", { questions: [check("P-100", [], missing)] });

  it("is missing whatever little this machine stood still, for it was waited for much longer", () => {
    assertEquals(hasAbsence(absent), true);
    assertEquals(outsideReason(absent, [], run(200)), undefined);
    assertEquals(outsideReason(absent, [], run(15_000)), "machine-stalled");
  });
});
