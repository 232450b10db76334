/** The verbs about an application: each of their judges, once with a fault. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received, type Turn } from "../../cli/testing/history.ts";
import type { Happening } from "../../record/evidence.ts";

const holds = (turn: Turn) => judged(turn).holds;

/** An answer of the application, as an operation leaves it to its judge. */
const answered = (answer: Readonly<Record<string, unknown>>) => ({
  facts: { operation: "readLot", answer: { exchange: 1, ...answer } },
});
const refused = answered({ outcome: "refused", reason: "closed" });
const accepted = answered({ outcome: "accepted", value: { version: 3, values: { amount: 5 } } });

describe("an operation", () => {
  const verbs: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["startsLot", { startsLot: "7" }],
    ["bids", { bids: 100, on: "7" }],
    ["closes", { closes: "7" }],
    ["moves", { moves: "7", to: "pending" }],
    ["asksToHear", { asksToHear: "lot", of: "7" }],
    ["asksWhoHeIs", { asksWhoHeIs: null }],
    ["logsIn", { logsIn: null, is: "agreed" }],
    ["reads", { reads: "lot", of: "7" }],
    ["catchesUp", { catchesUp: "lot", of: "7", since: 0 }],
  ];
  for (const [verb, params] of verbs) {
    it(`${verb}: fails when it is refused where it should be agreed to`, () => {
      assertEquals(holds({ verb, who: "ana", params, ended: refused }), false);
      assertEquals(holds({ verb, who: "ana", params, ended: accepted }), true);
    });
  }
});

describe("learns", () => {
  const learns = (took: readonly number[], amount: number) =>
    holds({
      verb: "learns",
      who: "ana",
      params: { learns: "BidPlaced", of: "7", with: { amount: 100 } },
      before: [received("ana#1", "BidPlaced", "lots.7", { amount })],
      ended: { took, facts: { channel: "lots.7", event: "BidPlaced", values: { amount } } },
    });

  it("fails when the event does not come, or says something else", () => {
    assertEquals(learns([0], 100), true);
    assertEquals(learns([0], 90), false);
    assertEquals(learns([], 100), false);
  });
});

describe("heardAll", () => {
  const shapes = { BidPlaced: { name: "BidPlaced", version: "version" } };
  const heard = (...versions: readonly number[]) =>
    holds({
      verb: "heardAll",
      who: "ana",
      params: { heardAll: "lot", of: "7" },
      before: versions.map((version) => received("ana#1", "BidPlaced", "lots.7", { version })),
      ended: { facts: { channel: "lots.7", shapes, socket: "ana#1", version: 2 } },
    });

  it("fails when an event is missing or comes twice", () => {
    assertEquals(heard(1, 2), true);
    assertEquals(heard(1), false);
    assertEquals(heard(1, 2, 2), false);
  });
});

describe("a page that keeps up", () => {
  const note = (event: string, data: unknown): Happening => ({
    kind: "page",
    who: "ana",
    what: "event",
    event,
    data,
  });
  const knows = (version: number) => ({
    facts: { state: { version: 3, values: {} }, view: { version, values: {} } },
  });

  it("isConsistent: fails when it knows less than the application says", () => {
    const params = { isConsistent: "lot", of: "7" };
    assertEquals(holds({ verb: "isConsistent", who: "ana", params, ended: knows(3) }), true);
    assertEquals(holds({ verb: "isConsistent", who: "ana", params, ended: knows(2) }), false);
  });

  it("isConsistent, not: fails when it knows all there is", () => {
    const params = { isConsistent: "lot", of: "7", not: true };
    assertEquals(holds({ verb: "isConsistent", who: "ana", params, ended: knows(2) }), true);
    assertEquals(holds({ verb: "isConsistent", who: "ana", params, ended: knows(3) }), false);
  });

  it("isBack: fails when it is not", () => {
    const back = (took: readonly number[]) =>
      holds({ verb: "isBack", who: "ana", params: { isBack: null }, ended: { took } });
    assertEquals([back([1]), back([])], [true, false]);
  });

  it("neverWentBack: fails when what it knows falls", () => {
    const went = (...known: readonly number[]) =>
      holds({
        verb: "neverWentBack",
        who: "ana",
        params: { neverWentBack: null },
        before: known.map((version) => note("state fetched", { happened: "", known: version })),
      });
    assertEquals([went(1, 2), went(2, 1)], [true, false]);
  });

  it("recovery: fails when somebody did not come back", () => {
    const times = { subscribed: 5, consistent: 9 };
    const recovery = (...back: readonly unknown[]) =>
      holds({
        verb: "recovery",
        params: { of: "pages" },
        ended: { facts: { times: back, cut: back.length } },
      });
    assertEquals([recovery(times, times), recovery(times, null)], [true, false]);
  });
});

describe("hides", () => {
  const frame = (data: unknown) => received("eve#1", "BidPlaced", "lots.7", data);
  const inside: Happening = {
    kind: "request",
    exchange: 1,
    connection: "stagehand@application",
    method: "POST",
    path: "/sales",
    headers: {},
    body: '{"reserve":734291}',
  };
  const from = ["eve"];
  const facts = { observers: ["eve"] };

  it("fails when an observer is shown the secret", () => {
    const hides = (data: unknown) =>
      holds({
        verb: "hides",
        params: { what: "the reserve", kind: "reserve", amount: 734291, from },
        before: [inside, frame(data)],
        ended: { facts },
      });
    assertEquals([hides({ amount: 1 }), hides({ reserve: 734291 })], [true, false]);
  });

  it("inside: fails for SQL in what an observer is shown", () => {
    const hides = (error: string) =>
      holds({
        verb: "hides",
        params: { inside: true, from },
        before: [frame({ error })],
        ended: { facts },
      });
    assertEquals(hides("try again"), true);
    assertEquals(hides("SQLSTATE[23000]: Integrity constraint violation"), false);
  });

  it("credentialsOf: fails when an observer was shown what lets another in", () => {
    const hides = (...shown: readonly unknown[]) =>
      holds({
        verb: "hides",
        params: { credentialsOf: ["ana"], from },
        ended: { facts: { ...facts, secrets: 3, shown } },
      });
    assertEquals([hides(), hides({ who: "eve", where: "a frame", seq: 1 })], [true, false]);
  });

  it("unlistedFields: fails for a field that the application file does not allow", () => {
    const hides = (data: unknown) =>
      holds({
        verb: "hides",
        params: { unlistedFields: true, from },
        before: [frame(data)],
        ended: {
          facts: { ...facts, shapes: { BidPlaced: { allowed: ["amount"], budgetBytes: 500 } } },
        },
      });
    assertEquals([hides({ amount: 1 }), hides({ amount: 1, reserve: 2 })], [true, false]);
  });

  it("event: fails when an observer hears of it", () => {
    const witness = received("ana#1", "BidPlaced", "lots.7", {});
    const hides = (...more: readonly Happening[]) =>
      holds({
        verb: "hides",
        params: { event: "BidPlaced", of: "7", from, witness: "ana" },
        before: [witness, ...more],
        ended: { facts: { ...facts, event: "BidPlaced", channel: "lots.7" } },
      });
    assertEquals([hides(), hides(frame({}))], [true, false]);
  });

  it("biddersAcross: fails when two lots call a bidder the same", () => {
    const hides = (one: string, other: string) =>
      holds({
        verb: "hides",
        params: { biddersAcross: ["7", "8"], in: "ana" },
        before: [["lots.7", one], ["lots.8", other]].map(([channel, bidder]) =>
          received("ana#1", "BidPlaced", channel, { bidder })
        ),
        ended: {
          facts: { channels: ["lots.7", "lots.8"], event: "BidPlaced", path: "bidder", who: "ana" },
        },
      });
    assertEquals([hides("A", "B"), hides("A", "A")], [true, false]);
  });
});
