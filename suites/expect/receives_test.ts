import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received, sent, stoodOn } from "../cli/testing/history.ts";

const shipped = (who: string, id = 1) => received(`${who}#1`, "OrderShipped", "orders-x", { id });

describe("receives", () => {
  const finding = (took: readonly number[], id = 1) =>
    judged({
      verb: "receives",
      who: "ana",
      params: { receives: "OrderShipped", on: "orders", data: { id: 1 } },
      before: [shipped("ana", id)],
      ended: took.length > 0
        ? { took, facts: { channel: "orders-x" } }
        : { outcome: "deadline", detail: "nothing arrived", facts: { channel: "orders-x" } },
    });

  it("holds with the event that came", () => assertEquals(finding([0]).holds, true));

  it("fails when its data is other than said", () => {
    assertStringIncludes(finding([0], 2).message, "data.id: expected 1, found 2");
  });

  it("fails when it did not come, and says on which channel it was expected", () => {
    const missed = finding([]);
    assertEquals(missed.holds, false);
    assertStringIncludes(missed.message, "expected OrderShipped on orders-x; nothing arrived");
  });
});

describe("receives what a cache channel keeps", () => {
  const request: Happening = {
    kind: "request",
    exchange: 1,
    connection: "http",
    method: "POST",
    path: "/events",
    headers: {},
    body: '{"channel":"cache-x"}',
  };
  const miss = received("ana#1", "pusher:cache_miss", "cache-x");
  const finding = (before: readonly Happening[]) =>
    judged({
      verb: "receives",
      who: "ana",
      params: { receives: "Priced", on: "cache" },
      before,
      ended: { outcome: "deadline", detail: "nothing arrived", facts: { channel: "cache-x" } },
    });

  it("quotes the cache miss that came in its place", () => {
    assertEquals(finding([request, miss]).quotes, [1]);
    assertStringIncludes(finding([request, miss]).message, "pusher:cache_miss");
  });

  it("quotes none that was told before the event was published", () => {
    assertEquals(finding([miss, request]).quotes, []);
  });
});

describe("receives a client event", () => {
  const socket = "ana#1";
  const channel = "private-x";
  const joined = received(socket, "pusher_internal:subscription_succeeded", channel, {});
  const whisper: Happening = {
    kind: "sent",
    socket,
    opcode: "text",
    text: `{"event":"client-hi","channel":"${channel}","data":{}}`,
    bytes: 50,
  };
  const refused = (code: number) => received(socket, "pusher:error", undefined, { code });
  const finding = (...before: readonly Happening[]) =>
    judged({
      verb: "receives",
      who: "ben",
      params: { receives: "client-hi", on: "private-x" },
      before,
      ended: { outcome: "deadline", detail: "nothing arrived", facts: { channel } },
    });

  it("blames whoever refuses a member as a stranger, and quotes the refusal", () => {
    const { holds, accuses, quotes } = finding(joined, whisper, refused(4009));
    assertEquals([holds, accuses, quotes], [false, "P-165", [2]]);
  });

  it("blames nobody else for it where there is another reason to refuse", () => {
    const asked = sent(socket, "pusher:subscribe", { channel: "private-y" });
    for (
      const before of [
        [whisper, refused(4009)],
        [joined, whisper, refused(4301)],
        [joined, refused(4009), whisper],
        [joined, asked, whisper, refused(4009)],
      ]
    ) assertEquals(finding(...before).accuses, undefined);
  });
});

describe("never", () => {
  const finding = (
    before: readonly Happening[],
    { after = [] as readonly Happening[], fence = "passed", witness = "needed" } = {},
  ) =>
    judged({
      verb: "never",
      who: "eve",
      params: { never: "OrderShipped", on: "orders", witness },
      before,
      after,
      ended: {
        outcome: fence === "lost" ? "deadline" : "done",
        facts: { fence, channel: "orders-x" },
      },
    }).holds;

  it("holds when somebody else saw it, and the fence came back", () => {
    assertEquals(finding([shipped("ana")]), true);
  });

  it("fails when it came, even late", () => {
    assertEquals(finding([shipped("ana"), shipped("eve")]), false);
    assertEquals(finding([shipped("ana")], { after: [shipped("eve")] }), false);
  });

  it("leaves out what a step has waited for, unless that came too early", () => {
    const takes = (seq: number): Happening => ({
      kind: "step-end",
      step: 9,
      turn: 9,
      outcome: "done",
      took: [seq],
    });
    assertEquals(finding([shipped("ana"), shipped("eve"), takes(1)]), true);
    assertEquals(finding([shipped("ana")], { after: [shipped("eve"), takes(3)] }), true);
    assertEquals(finding([shipped("ana"), shipped("eve")], { after: [takes(1)] }), false);
  });

  it("proves nothing without a witness, unless nobody could see it", () => {
    assertEquals(finding([]) === true, false);
    assertEquals(finding([], { witness: "none" }), true);
  });

  it("proves nothing without its fence", () => {
    assertEquals(finding([shipped("ana")], { fence: "lost" }) === true, false);
  });
});

describe("what the arrival of an event stands on:", () => {
  const asked = sent("ana#1", "pusher:subscribe", { channel: "cache-prices-x" });
  const published: Happening = {
    kind: "request",
    exchange: 1,
    connection: "api",
    method: "POST",
    path: "/apps/app-id/events",
    headers: {},
    body: '{"name":"PriceChanged","channels":["cache-prices-x"],"data":"{}"}',
  };
  const answered: Happening = { kind: "response", exchange: 1, status: 200, headers: {}, body: "" };
  const on = (event: string, ...before: readonly Happening[]) =>
    stoodOn({
      verb: "receives",
      who: "ana",
      params: { receives: event },
      before,
      ended: { outcome: "deadline" },
    });

  it("that its channel keeps it, where it was published before", () => {
    assertEquals(on("PriceChanged", published, answered, asked), ["P-080", "P-147"]);
    assertEquals(on("PriceChanged", asked, published, answered), ["P-080"]);
  });

  it("not that, where it was published while the channel was asked for", () => {
    assertEquals(on("PriceChanged", published, asked, answered), ["P-080"]);
  });

  it("not that, where it was on its way to others when the channel was asked for", () => {
    const got = received("bob#1", "PriceChanged", "cache-prices-x", {});
    assertEquals(on("PriceChanged", published, answered, asked, got), ["P-080"]);
    assertEquals(on("PriceChanged", published, answered, got, asked), ["P-080", "P-147"]);
  });

  it("that every event of a batch, and every channel of a list is published, but for the first", () => {
    const posted = (path: string, body: unknown): Happening => ({
      ...published,
      path: `/apps/app-id/${path}`,
      body: JSON.stringify(body),
    });
    const batch = posted("batch_events", {
      batch: ["one", "two"].map((channel) => ({ name: "Shipped", channel, data: "{}" })),
    });
    const several = posted("events", { name: "Shipped", channels: ["one", "two"], data: "{}" });
    const came = (channel: string, request: Happening) =>
      stoodOn({
        verb: "receives",
        who: "ana",
        params: { receives: "Shipped", on: channel },
        before: [request],
        during: [received("ana#1", "Shipped", channel, {})],
        ended: { took: [2] },
      });
    assertEquals(came("one", batch), ["P-080"]);
    assertEquals(came("two", batch), ["P-080", "P-252"]);
    assertEquals(came("one", several), ["P-080"]);
    assertEquals(came("two", several), ["P-080", "P-241"]);
    assertEquals(on("Shipped", batch), ["P-080", "P-252"]);
    assertEquals(on("Shipped", several), ["P-080", "P-241"]);
  });

  it("what client events on the sender's channel stand on", () => {
    const whispered: Happening = {
      kind: "sent",
      socket: "ben#1",
      opcode: "text",
      text: '{"event":"client-hi","channel":"private-cache-chat-x","data":{}}',
      bytes: 60,
    };
    assertEquals(on("client-hi", whispered), ["P-165", "P-155"]);
  });
});
