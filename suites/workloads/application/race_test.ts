import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../../record/evidence.ts";
import { judged, received } from "../../cli/testing/history.ts";

/** The halves of an exchange; `answer` false where nothing came back. */
function exchanged(exchange: number, isAnswered = true): [Happening, Happening] {
  return [
    {
      kind: "request",
      exchange,
      connection: "x",
      method: "POST",
      path: "/",
      headers: {},
      body: "",
    },
    isAnswered
      ? { kind: "response", exchange, status: 200, headers: {}, body: "" }
      : { kind: "no-response", exchange, reason: "timed out" },
  ];
}

const before = { status: "live", price: 0, bidCount: 0, reserveMet: false, version: 1 };
const accepted = (exchange: number, value: object) => ({ outcome: "accepted", exchange, value });
const read = (exchange: number, state: object) =>
  accepted(exchange, { ...before, reserveMet: true, ...state });
const bid = (who: string, amount: number, answer: object) => ({
  who,
  asked: { kind: "bid", amount },
  answer,
});
const params = { for: "lot", of: "7", among: [{ who: "ana", bids: 100 }], overlap: 1 };

/** Requests that are all open at one moment, then the state that is read. */
function race(started: readonly { answer: object }[], after: object, answered = started.length) {
  const halves = started.map((_, at) => exchanged(at, at < answered));
  return {
    verb: "race",
    params,
    during: [
      ...halves.map(([request]) => request),
      ...halves.map(([, response]) => response),
      ...exchanged(started.length),
    ],
    ended: { facts: { before, started, reader: "ana", after } },
  };
}

const two = [
  bid("ana", 100, accepted(0, { version: 2 })),
  bid("ben", 110, accepted(1, { version: 3 })),
];

describe("a race", () => {
  it("holds when one order explains the answers and what is read after them", () => {
    const { holds, message } = judged(race(two, read(2, { price: 110, bidCount: 2, version: 3 })));
    assertEquals(holds, true);
    assertStringIncludes(message, "2 requests, 1 pairs of them open at one moment");
  });

  it("fails when what is read afterwards lacks a bid that was taken", () => {
    const { holds, message, quotes } = judged(
      race(two, read(2, { price: 100, bidCount: 1, version: 2 })),
    );
    assertEquals(holds, false);
    assertStringIncludes(message, "ana reads the state: agreed, version 2, bid count 1");
    assertStringIncludes(message, "█");
    assertEquals(quotes.length > 0, true);
  });

  it("proves nothing when the state cannot be read afterwards", () => {
    const after = { outcome: "unknown", why: "it answered 500", exchange: 2 };
    const { holds, message } = judged(race(two, after));
    assertEquals(holds, "blocked");
    assertStringIncludes(message, "could not be read after the race: it answered 500");
  });

  it("has not met what was never answered", () => {
    const lost = { outcome: "unknown", why: "timed out", exchange: 1 };
    const { holds, message } = judged(
      race([two[0]!, bid("ben", 110, lost)], read(2, { price: 100, bidCount: 1, version: 2 }), 1),
    );
    assertEquals(holds, "blocked");
    assertStringIncludes(message, "did not meet: 2 requests, 0 pairs");
  });
});

describe("what was heard of a race", () => {
  const shape = (name: string, read: object) => ({
    name,
    of: "lot",
    read: { version: "v", ...read },
  });
  const facts = {
    channel: "auction.7",
    socket: "ana#1",
    words: {},
    events: { BidPlaced: shape("BidPlaced", { amount: "amount", bidCount: "count" }) },
  };
  const heard = (...events: Happening[]) => {
    const raced = race(two, read(2, { price: 110, bidCount: 2, version: 3 }));
    return judged({
      verb: "heardAll",
      who: "ana",
      params: { heardAll: "lot", right: true, of: "7" },
      before: [
        {
          kind: "step-begin",
          step: 1,
          turn: 1,
          who: "",
          params: { ...params, terms: { startingPrice: 100, increment: 10, reserve: 100 } },
        },
        ...raced.during,
        { kind: "step-end", step: 1, turn: 1, outcome: "done", took: [], ...raced.ended },
      ],
      during: events,
      ended: { facts },
    });
  };
  const told = (v: number, amount: unknown, count: number) =>
    received("ana#1", "BidPlaced", "auction.7", { v, amount, count });

  it("is right when each event says what its version was", () => {
    assertEquals(heard(told(2, 100, 1), told(3, 110, 2)).holds, true);
    assertEquals(heard(told(2, "100", 1), told(3, "110", 2)).holds, true);
  });

  it("is wrong when an event says another amount or count", () => {
    const { holds, message } = heard(told(2, 100, 1), told(3, 115, 2));
    assertEquals(holds, false);
    assertStringIncludes(message, "a BidPlaced of version 3, bidCount 2, price 115");
    assertStringIncludes(message, "it can have been this: ben bids 110");
    assertEquals(heard(told(2, 100, 2)).holds, false);
  });

  it("is wrong when an event has nothing readable where the file says", () => {
    const { holds, message } = heard(told(2, "a lot", 1));
    assertEquals(holds, false);
    assertStringIncludes(message, "BidPlaced has no whole number at amount");
  });

  it("is not judged when nothing was heard", () => {
    assertEquals(heard().holds, "blocked");
  });
});
