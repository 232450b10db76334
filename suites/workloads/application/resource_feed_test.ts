/** The verbs about feeds: each of their judges, once with a fault. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received, type Turn } from "../../cli/testing/history.ts";
import { feedSchema } from "../../language/resource.ts";
import type { Happening } from "../../record/evidence.ts";

const holds = (turn: Omit<Turn, "who">) => judged({ ...turn, who: "ana" }).holds;

const declared = feedSchema.parse({
  request: "GET /log",
  by: ["owner"],
  entries: "log",
  entry: { id: "id", of: "ticket" },
  after: ["claim", "resolve"],
  event: { is: "Logged", entry: "entry" },
});
const told = {
  event: "Logged",
  name: "Logged",
  channel: "ticket.7",
  after: ["claim", "resolve"],
};

const shown = (...ids: readonly string[]) => ({
  outcome: "accepted",
  value: { ids, length: ids.length },
  exchange: 1,
});

let turns = 0;
/** A step that is over, with what it left. */
const step = (params: object, facts: object): Happening[] => {
  const of = { step: ++turns, turn: 1 };
  return [
    { kind: "step-begin", ...of, who: "ben", params },
    { kind: "step-end", ...of, outcome: "done", took: [], facts: { ...facts } },
  ];
};
const made = (by: string) =>
  step({ resource: "ticket", moves: "7", by }, {
    asked: `ticket.${by}`,
    answer: { outcome: "accepted", value: {}, exchange: 0 },
  });
const read = (...ids: readonly string[]) =>
  step({ feed: "ticket.log", reads: "7", shows: "all" }, { declared, answer: shown(...ids) });

describe("reads a feed", () => {
  const reading = (before: readonly Happening[], shows: "all" | "nothing", answer: unknown) =>
    holds({
      verb: "reads",
      params: { feed: "ticket.log", reads: "7", shows },
      before,
      ended: { facts: { declared, answer } },
    });

  it("fails where an operation has no entry, or two, or what was refused has one", () => {
    const before = [...made("claim"), ...made("resolve")];
    assertEquals(reading(before, "all", shown("2", "1")), true);
    assertEquals(reading(before, "all", shown("1")), false);
    assertEquals(reading(before, "all", shown("1", "1")), false);
    assertEquals(reading(before, "all", shown("3", "2", "1")), false);
  });

  it("fails where entries have changed their places", () => {
    const before = [...made("claim"), ...read("1"), ...made("resolve")];
    assertEquals(reading(before, "all", shown("2", "1")), true);
    assertEquals(reading(before, "all", shown("1", "2")), false);
  });

  it("fails where somebody is shown what is not for him", () => {
    const refused = { outcome: "refused", status: 403, reason: "no", exchange: 1 };
    assertEquals(reading(made("claim"), "nothing", refused), true);
    assertEquals(reading(made("claim"), "nothing", shown()), true);
    assertEquals(reading(made("claim"), "nothing", shown("1")), false);
  });
});

describe("learns of a feed", () => {
  it("fails where nothing comes, or its entry is not there", () => {
    const learnt = (took: readonly number[], ...ids: readonly string[]) =>
      holds({
        verb: "learns",
        params: { feed: "ticket.log", learns: "7" },
        before: [received("ana#1", "Logged", "ticket.7", { entry: "2" })],
        ended: { took, facts: { declared, answer: shown(...ids) } },
      });
    assertEquals(learnt([0], "2", "1"), true);
    assertEquals(learnt([0], "1"), false);
    assertEquals(learnt([]), false);
  });
});

describe("heardAll of a feed", () => {
  it("fails where an entry is told never, twice, or before an earlier one", () => {
    const heard = (...entries: readonly string[]) =>
      holds({
        verb: "heardAll",
        params: { feed: "ticket.log", heardAll: "7" },
        before: [
          ...made("claim"),
          ...made("resolve"),
          ...entries.map((entry) => received("ana#1", "Logged", "ticket.7", { entry })),
          ...read("2", "1"),
        ],
        ended: { facts: { told, facts: { id: "7", since: 0, told: [told] }, declared } },
      });
    assertEquals(heard("1", "2"), true);
    assertEquals(heard("1"), false);
    assertEquals(heard("1", "2", "2"), false);
    assertEquals(heard("2", "1"), false);
  });
});
