/** The verbs about figures: each of their judges, once with a fault. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received, type Turn } from "../../cli/testing/history.ts";
import { figureSchema } from "../../language/figure.ts";
import type { Happening } from "../../record/evidence.ts";

const holds = (turn: Omit<Turn, "who">) => judged({ ...turn, who: "ana" }).holds;

const declared = figureSchema.parse({
  every: 1,
  read: { request: "GET /figures", by: ["agent"], values: { open: "open" }, version: "version" },
  event: {
    name: "Updated",
    channel: "figures",
    hearers: ["agent"],
    values: { open: "open" },
    fields: ["open", "version"],
  },
});

const numbers = (open: number, version = 1) => ({
  outcome: "accepted",
  value: { values: { open }, version },
  exchange: 1,
});
const refused = { outcome: "refused", status: 403, reason: "no", exchange: 1 };

let turns = 0;
const step = (params: object, facts: object, t = 0): (Happening & { t: number })[] => {
  const of = { step: ++turns, turn: turns, t };
  return [
    { kind: "step-begin", ...of, who: "ana", params: { figure: "queue", ...params } },
    { kind: "step-end", ...of, outcome: "done", took: [], facts: { ...facts } },
  ];
};
const readAs = (open: number) => step({ reads: "shown" }, { answer: numbers(open) });
const told = (open: number, t: number) => ({
  ...received("ana#1", "Updated", "figures", { open, version: 1 }),
  t,
});

describe("reads a figure", () => {
  const read = (
    params: object,
    facts: Readonly<Record<string, unknown>>,
    before: readonly Happening[] = [],
  ) => holds({ verb: "reads", params: { figure: "queue", ...params }, before, ended: { facts } });

  it("fails where a number is not changed by what was done", () => {
    const more = { reads: "shown", value: "open", by: 1 };
    assertEquals(read(more, { answer: numbers(4) }, readAs(3)), true);
    assertEquals(read(more, { answer: numbers(3) }, readAs(3)), false);
    assertEquals(read(more, { answer: refused }, readAs(3)), false);
  });

  it("fails where a stranger is shown it", () => {
    assertEquals(read({ reads: "nothing" }, { answer: refused }), true);
    assertEquals(read({ reads: "nothing" }, { answer: numbers(3) }), false);
  });

  it("fails where it is told on though nobody listens", () => {
    const quiet = (from: number, to: number) =>
      read({ reads: "quiet" }, { answer: numbers(3, from), later: numbers(3, to) });
    assertEquals(quiet(7, 8), true);
    assertEquals(quiet(7, 9), false);
  });
});

describe("learns a figure", () => {
  const learnt = (
    params: object,
    before: readonly Happening[],
    took: number[],
    expected?: number,
  ) =>
    holds({
      verb: "learns",
      params: { figure: "queue", learns: null, ...params },
      before,
      ended: { took, facts: { declared, expected } },
    });
  const followed = () => step({ follows: null }, {});

  it("fails where too few come, or too many", () => {
    const slow = [...followed(), told(3, 1000), told(3, 2000)];
    assertEquals(learnt({ times: 2 }, slow, [2, 3]), true);
    assertEquals(learnt({ times: 2 }, slow.slice(0, 3), [2]), false);
    const fast = [...followed(), told(3, 100), told(3, 200)];
    assertEquals(learnt({ times: 2 }, fast, [2, 3]), false);
  });

  it("fails where another number is told than was read", () => {
    const before = [...followed(), told(4, 1000)];
    assertEquals(learnt({ tells: "open" }, before, [2], 4), true);
    assertEquals(learnt({ tells: "open" }, before, [2], 3), false);
  });
});
