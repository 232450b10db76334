import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const CHANNEL = "ticks-k3f9";

const joined = (socket: string) =>
  received(socket, "pusher_internal:subscription_succeeded", CHANNEL, {});
const tick = (socket: string, n: number) => received(socket, "Tick", CHANNEL, { n });
const ended: Happening = { kind: "closed", socket: "ana#1", by: "target", code: 1006, reason: "" };
const published = (n: number, status: number): Happening[] => [
  {
    kind: "request",
    exchange: n,
    connection: "api",
    method: "POST",
    path: "/events",
    headers: {},
    body: JSON.stringify({ name: "Tick", channel: CHANNEL, data: JSON.stringify({ n }) }),
  },
  status === 0
    ? { kind: "no-response", exchange: n, reason: "refused" }
    : { kind: "response", exchange: n, status, headers: {}, body: "{}" },
];

/** 1 is published before the outage, 2 and 3 during it, 4 and 5 after it. */
function finding(property: string, heard: readonly number[]) {
  const hears = (n: number, socket: string) => (heard.includes(n) ? [tick(socket, n)] : []);
  return judged({
    verb: "receivesSequence",
    who: "ana",
    params: { receivesSequence: "ticks", event: "Tick", outage: property },
    before: [
      joined("ana#1"),
      ...published(1, 200),
      ...hears(1, "ana#1"),
      ended,
      ...published(2, 0),
      ...published(3, 200),
      joined("ana#2"),
      ...hears(3, "ana#2"),
      ...published(4, 200),
      ...hears(4, "ana#2"),
      ...published(5, 200),
      ...hears(5, "ana#2"),
    ],
    ended: { facts: { channel: CHANNEL } },
  });
}

describe("a sequence received across an outage", () => {
  it("holds when exactly the outage is missing", () => {
    assertEquals(finding("gap is the outage", [1, 4, 5]).holds, true);
    assertEquals(finding("nothing lost since", [1, 4, 5]).holds, true);
  });

  it("fails when more is missing than the outage", () => {
    const more = finding("gap is the outage", [1, 5]);
    assertEquals(more.holds, false);
    assertStringIncludes(more.message, "missing are 2, 3, 4");
    assertEquals(finding("nothing lost since", [1, 5]).holds, false);
    assertEquals(finding("gap is the outage", [4, 5]).holds, false);
  });

  it("asks only for what came since it was back", () => {
    assertEquals(finding("nothing lost since", [4, 5]).holds, true);
  });

  it("fails when the outage leaves a smaller gap than it was", () => {
    assertEquals(finding("gap is the outage", [1, 3, 4, 5]).holds, false);
  });
});

describe("a sequence received while nodes are restarted one after the other", () => {
  /** Two stays: 1 and 2 in the first, 3 when its node had been told to end, 4 and 5 in the second. */
  const stay = (first: readonly number[], second: readonly number[]) =>
    judged({
      verb: "receivesSequence",
      who: "ana",
      params: { receivesSequence: "ticks", event: "Tick", outage: "once while there" },
      before: [
        joined("ana#1"),
        ...published(1, 200),
        ...published(2, 200),
        { kind: "server", what: "faulted", detail: "node 1: asked to end" },
        ...published(3, 200),
        ...first.map((n) => tick("ana#1", n)),
        ended,
        joined("ana#2"),
        ...published(4, 200),
        ...published(5, 503),
        ...second.map((n) => tick("ana#2", n)),
      ],
      ended: { facts: { channel: CHANNEL } },
    });

  it("holds when each stay has all of it once, whether or not its node still told of the last", () => {
    assertEquals(stay([1, 2], [4]).holds, true);
    assertEquals(stay([1, 2, 3], [4]).holds, true);
    assertEquals(stay([1, 2], [4, 5]).holds, true);
  });

  it("fails when one is lost, in the middle of what came or before its node was told to end", () => {
    assertStringIncludes(stay([1, 3], [4]).message, "1 of 2 events");
    assertEquals(stay([1], [4]).holds, false);
    assertEquals(stay([1, 2], []).holds, false);
  });

  it("fails when one comes twice in a stay", () => {
    assertStringIncludes(stay([1, 2, 2], [4]).message, "event 2 came twice");
  });
});

describe("comesBack", () => {
  const finding = (outcome: "done" | "deadline") =>
    judged({ verb: "comesBack", who: "ana", params: { comesBack: "ticks" }, ended: { outcome } });

  it("holds when it has joined again in time, and fails otherwise", () => {
    assertEquals(finding("done").holds, true);
    assertEquals(finding("deadline").holds, false);
  });
});
