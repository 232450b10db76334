/** The verbs about declared resources: each of their judges, once with a fault. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received, type Turn } from "../../cli/testing/history.ts";
import { resourceSchema } from "../../language/resource.ts";
import type { Happening } from "../../record/evidence.ts";

const holds = (turn: Omit<Turn, "who">) => judged({ ...turn, who: "ana" }).holds;

const ticket = resourceSchema.parse({
  create: { request: "POST /tickets", by: "agent", answers: { id: "id" } },
  read: { request: "GET /tickets", by: ["owner"], answers: { state: "state" } },
  states: ["open", "claimed"],
  transitions: {
    claim: { request: "POST /claim", from: "open", to: "claimed", by: ["agent"] },
  },
});

const accepted = (value: Readonly<Record<string, unknown>>, exchange = 1) => ({
  outcome: "accepted",
  value,
  exchange,
});
const refused = (exchange = 1) => ({ outcome: "refused", reason: "no", exchange });
const claimed = accepted({ state: "claimed" });

/** A request that was open from one moment to another, and its answer. */
const exchange = (number: number): Happening => ({
  kind: "request",
  exchange: number,
  connection: "ana",
  method: "POST",
  path: "/claim",
  headers: {},
  body: "",
});
const answered = (number: number): Happening => ({
  kind: "response",
  exchange: number,
  status: 200,
  headers: {},
  body: "",
});

describe("creates", () => {
  it("fails where one cannot be made", () => {
    const made = (answer: unknown) =>
      holds({
        verb: "creates",
        params: { creates: "ticket", as: "t" },
        ended: { facts: { asked: "ticket.create", answer } },
      });
    assertEquals(made(accepted({ id: "7" })), true);
    assertEquals(made(refused()), false);
  });
});

describe("moves a resource", () => {
  it("fails where it is refused, or leads elsewhere", () => {
    const moved = (answer: unknown, state: string) =>
      holds({
        verb: "moves",
        params: { resource: "ticket", moves: "7", by: "claim", seenBy: "ana" },
        ended: {
          facts: {
            asked: "ticket.claim",
            answer,
            resource: ticket,
            before: accepted({ state: "open" }),
            after: accepted({ state }),
          },
        },
      });
    assertEquals(moved(claimed, "claimed"), true);
    assertEquals(moved(claimed, "open"), false);
    assertEquals(moved(refused(), "open"), false);
  });
});

describe("moves a resource with a key", () => {
  it("fails where the same request is answered otherwise", () => {
    const params = { resource: "ticket", moves: "7", by: "claim", key: "tap" };
    const facts = (answer: unknown) => ({ asked: "ticket.claim", answer, resource: ticket });
    const again = (answer: unknown) =>
      holds({
        verb: "moves",
        params: { ...params, again: true },
        before: [
          { kind: "step-begin", step: 1, turn: 1, who: "ana", params },
          {
            kind: "step-end",
            step: 1,
            turn: 1,
            outcome: "done",
            took: [],
            facts: facts(claimed),
          },
        ],
        ended: { facts: facts(answer) },
      });
    assertEquals(again(claimed), true);
    assertEquals(again(accepted({ state: "open" })), false);
    assertEquals(again(refused()), false);
  });
});

describe("reads a resource", () => {
  it("fails where another state is read", () => {
    const read = (state: string) =>
      holds({
        verb: "reads",
        params: { resource: "ticket", reads: "7", state: "claimed" },
        ended: { facts: { asked: "ticket.read", answer: accepted({ state }) } },
      });
    assertEquals(read("claimed"), true);
    assertEquals(read("open"), false);
  });
});

describe("race of a resource", () => {
  it("fails where two have won", () => {
    const raced = (second: unknown) =>
      holds({
        verb: "race",
        params: {
          resource: "ticket",
          of: "7",
          among: [{ who: "ana", asks: "claim" }, { who: "ben", asks: "claim" }],
          reader: "ana",
        },
        during: [exchange(1), exchange(2), answered(1), answered(2), exchange(3), answered(3)],
        ended: {
          facts: {
            declared: ticket,
            reader: "ana",
            before: { state: "open" },
            started: [
              { who: "ana", asks: "claim", answer: claimed },
              { who: "ben", asks: "claim", answer: second },
            ],
            after: accepted({ state: "claimed" }, 3),
          },
        },
      });
    assertEquals(raced(refused(2)), true);
    assertEquals(raced(accepted({ state: "claimed" }, 2)), false);
  });
});

describe("learns of a resource", () => {
  it("fails where nothing comes, or the state is another when it is read", () => {
    const learnt = (took: readonly number[], state: string) =>
      holds({
        verb: "learns",
        params: { resource: "ticket", learns: "Claimed", of: "7", by: "claim" },
        before: [received("ana#1", "Claimed", "ticket.7", { id: 7 })],
        ended: {
          took,
          facts: { read: accepted({ state }), to: "claimed", telling: { values: {} } },
        },
      });
    assertEquals(learnt([0], "claimed"), true);
    assertEquals(learnt([0], "open"), false);
    assertEquals(learnt([], "claimed"), false);
  });

  it("fails where what it says is not what is read", () => {
    const learnt = (seats: number) =>
      judged({
        who: "ana",
        verb: "learns",
        params: { resource: "ticket", learns: "Claimed", of: "7", by: "claim" },
        before: [received("ana#1", "Claimed", "ticket.7", { left: 3, version: 1 })],
        ended: {
          took: [0],
          facts: {
            read: accepted({ state: "claimed", seats, version: 1 }),
            to: "claimed",
            telling: { values: { seats: "left" }, version: "version" },
          },
        },
      });
    assertEquals(learnt(3).holds, true);
    assertEquals([learnt(2).holds, learnt(2).accuses], [false, "APP-407"]);
  });
});

describe("heardAll of a resource", () => {
  const heard = (judging: "count" | "versions", ...versions: readonly number[]) =>
    holds({
      verb: "heardAll",
      params: { resource: "ticket", heardAll: "7", judging },
      before: [
        {
          kind: "step-begin",
          step: 1,
          turn: 1,
          who: "ben",
          params: { resource: "ticket", moves: "7", by: "claim" },
        },
        {
          kind: "step-end",
          step: 1,
          turn: 1,
          outcome: "done",
          took: [],
          facts: { asked: "ticket.claim", answer: claimed },
        },
        ...versions.map((version) => received("ana#1", "Claimed", "ticket.7", { version })),
      ],
      ended: {
        facts: {
          id: "7",
          since: 0,
          told: [{
            event: "Claimed",
            name: "Claimed",
            channel: "ticket.7",
            after: ["claim"],
            version: "version",
          }],
        },
      },
    });

  it("fails where a transition is told never, or twice", () => {
    assertEquals(heard("count", 1), true);
    assertEquals(heard("count"), false);
    assertEquals(heard("count", 1, 2), false);
  });

  it("fails where the making of one is told never, twice, or of another", () => {
    const made = (...ids: readonly string[]) =>
      holds({
        verb: "heardAll",
        params: { resource: "ticket", heardAll: "7", following: "6" },
        before: ids.map((id) => received("ana#1", "Changed", "tickets", { id, state: "open" })),
        ended: {
          facts: {
            id: "7",
            since: 0,
            first: "open",
            told: [{
              event: "Changed",
              name: "Changed",
              channel: "tickets",
              after: ["create", "claim"],
              id: "id",
              state: "state",
            }],
          },
        },
      });
    assertEquals(made("7"), true);
    assertEquals(made(), false);
    assertEquals(made("7", "7"), false);
    assertEquals(made("6"), false);
  });

  it("fails where versions do not rise", () => {
    assertEquals(heard("versions", 1, 2), true);
    assertEquals(heard("versions", 2, 1), false);
  });
});

describe("isConsistent of a resource", () => {
  it("fails where its page shows something else than is read", () => {
    const shown = (state: string) =>
      holds({
        verb: "isConsistent",
        params: { resource: "ticket", isConsistent: "7" },
        ended: {
          facts: {
            state: { version: 0, values: { state: "claimed" } },
            view: { version: 0, values: { state } },
          },
        },
      });
    assertEquals(shown("claimed"), true);
    assertEquals(shown("open"), false);
  });
});

describe("hides secrets of a resource", () => {
  const SECRET = "secret-6f1c2d7e-0a4b-4c55-9d0e-2b1f6a7c8d90";
  const hidden = (shown: string) =>
    holds({
      verb: "hides",
      params: { resource: "ticket", secretsOf: "7", from: ["ben"] },
      before: [
        { ...exchange(1), body: JSON.stringify({ note: SECRET }) } as Happening,
        received("ben#1", "Claimed", "ticket.7", { note: shown }),
      ],
      ended: { facts: { kept: [{ name: "note", text: SECRET, observers: ["ben"] }] } },
    });

  it("fails where somebody is shown one", () => {
    assertEquals(hidden("nothing"), true);
    assertEquals(hidden(SECRET), false);
  });
});
