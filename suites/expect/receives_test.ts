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
