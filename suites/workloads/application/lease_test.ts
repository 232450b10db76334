/** The verbs about leases: each of their judges, once with a fault. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received, type Turn } from "../../cli/testing/history.ts";
import { leaseSchema } from "../../language/lease.ts";
import type { Happening } from "../../record/evidence.ts";

const holds = (turn: Omit<Turn, "who">) => judged({ ...turn, who: "ana" }).holds;

const declared = leaseSchema.parse({
  lasts: 2,
  keep: { request: "POST /desk", by: ["agent"] },
  end: { request: "DELETE /desk" },
  read: { request: "GET /desk", by: ["agent"], holders: "agents" },
  event: {
    channel: "desk",
    hearers: ["agent"],
    holder: "agent",
    there: { name: "Changed", where: { is: "here" } },
    gone: { name: "Changed", where: { is: "gone" } },
    fields: ["agent", "is", "version"],
    version: "version",
  },
});

const accepted = (exchange: number) => ({ outcome: "accepted", value: { ids: [] }, exchange });
const refused = (exchange: number) => ({ outcome: "refused", status: 403, reason: "no", exchange });

/** A request and its answer, so many milliseconds after the scenario began. */
const exchange = (number: number, atMs: number): (Happening & { t: number })[] => [
  {
    kind: "request",
    exchange: number,
    connection: "ben",
    method: "POST",
    path: "/desk",
    headers: {},
    body: "",
    t: atMs,
  },
  { kind: "response", exchange: number, status: 200, headers: {}, body: "", t: atMs },
];

let turns = 0;
/** Ben keeps it alive, or ends it. */
const asked = (moves: "keep" | "end", atMs: number): Happening[] => {
  const of = { step: ++turns, turn: turns };
  const number = 100 + turns;
  return [
    { kind: "step-begin", ...of, who: "ben", params: { lease: "desk", moves } },
    ...exchange(number, atMs),
    {
      kind: "step-end",
      ...of,
      outcome: "done",
      took: [],
      facts: { answer: accepted(number) },
    },
  ];
};

const params = { lease: "desk", whose: "ben" };

describe("moves a lease", () => {
  it("fails where it is refused", () => {
    const moved = (answer: unknown) =>
      holds({
        verb: "moves",
        params: { lease: "desk", moves: "keep" },
        ended: { facts: { answer } },
      });
    assertEquals(moved(accepted(1)), true);
    assertEquals(moved(refused(1)), false);
  });
});

describe("reads a lease", () => {
  const read = (
    reads: "there" | "gone" | "nothing",
    isThere: boolean,
    before: readonly Happening[],
    atMs = 0,
    lingered = -1,
  ) =>
    holds({
      verb: "reads",
      params: { ...params, reads },
      before: [...before, ...exchange(1, atMs)],
      ended: { facts: { declared, answer: accepted(1), isThere, lingered } },
    });

  it("fails where he is not there though he goes on, unless his time was over", () => {
    assertEquals(read("there", true, asked("keep", 0), 1000), true);
    assertEquals(read("there", false, asked("keep", 0), 1000), false);
    assertEquals(read("there", false, asked("keep", 0), 2500), "blocked");
  });

  it("fails where he is gone before his time, or never", () => {
    assertEquals(read("gone", false, asked("keep", 0), 2000), true);
    assertEquals(read("gone", false, asked("keep", 0), 1000), false);
    assertEquals(read("gone", true, asked("keep", 0), 9000), false);
  });

  it("fails where he is there for a while after he has ended it", () => {
    const ended = [...asked("keep", 0), ...asked("end", 100)];
    assertEquals(read("gone", false, ended, 200), true);
    assertEquals(read("gone", false, [...ended, ...exchange(2, 1500)], 2000, 2), false);
  });

  it("fails where a stranger is shown who is there", () => {
    assertEquals(read("nothing", false, asked("keep", 0)), true);
    assertEquals(read("nothing", true, asked("keep", 0)), false);
  });
});

/** What Ana was told of Ben. */
const told = (is: string, version: number, atMs = 0) => ({
  ...received("ana#1", "Changed", "desk", { agent: "7", is, version }),
  t: atMs,
});

describe("learns of a lease", () => {
  it("fails where nothing is told, or too early", () => {
    const learnt = (atMs: number, ...took: readonly number[]) =>
      holds({
        verb: "learns",
        params: { ...params, learns: "gone" },
        before: [...asked("keep", 0), told("gone", 2, atMs)],
        ended: { took, facts: { declared } },
      });
    assertEquals(learnt(2000, 4), true);
    assertEquals(learnt(500, 4), false);
    assertEquals(learnt(2000), false);
  });
});

describe("heardAll of a lease", () => {
  it("fails where coming or going is told again, or versions do not rise", () => {
    const heard = (...before: readonly Happening[]) =>
      holds({
        verb: "heardAll",
        params: { ...params, heardAll: null },
        before,
        ended: { facts: { declared, holder: "7", channel: "desk" } },
      });
    assertEquals(heard(told("here", 1), told("gone", 2), told("here", 3)), true);
    assertEquals(heard(told("here", 1), told("here", 2)), false);
    assertEquals(heard(told("gone", 1)), false);
    assertEquals(heard(told("here", 2), told("gone", 1)), false);
    assertEquals(heard(), "blocked");
  });
});
