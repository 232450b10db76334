import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { delivery, passedOn, publishing, subscribing, webhookAgain } from "./premises.ts";

describe("a subscription stands on", () => {
  it("what its kind of channel needs, the most general first", () => {
    assertEquals(subscribing({ channel: "orders" }), ["P-076"]);
    assertEquals(subscribing({ channel: "private-orders" }), ["P-076", "P-096"]);
    assertEquals(subscribing({ channel: "presence-cache-room", hasInfo: true }), [
      "P-076",
      "P-111",
      "P-146",
    ]);
  });

  it("prefixes being anchored, where a name only looks like a guarded one", () => {
    assertEquals(subscribing({ channel: "xpresence-room" }), ["P-076", "P-104"]);
    assertEquals(subscribing({ channel: "privateer" }), ["P-076", "P-104"]);
  });
});

describe("publishing stands on", () => {
  const of = (data: string) => publishing({ channels: ["orders"], event: "sold", data });

  it("being accepted, and on verbatim relay where data would not survive a parser", () => {
    assertEquals(of('{ "id": 5 }'), ["P-235"]);
    assertEquals(of("{}"), ["P-235"]);
    for (const data of ["", "five euros", "1e400", '{"id":12345678901234567890}']) {
      assertEquals(of(data), ["P-235", "P-030"]);
    }
  });
});

describe("a delivery stands on", () => {
  it("its own kind, and on what a cache channel adds to it", () => {
    assertEquals(delivery("OrderShipped", "cache-orders"), ["P-080", "P-147"]);
    assertEquals(delivery("client-hello", "private-orders"), ["P-165"]);
    assertEquals(delivery("client-hello", "private-cache-orders"), ["P-165", "P-155"]);
  });
});

describe("what is told of it stands on the feature first:", () => {
  it("watched users, on a page too", () => {
    assertEquals(passedOn("offline"), ["P-196", "P-197"]);
    assertEquals(passedOn("OrderShipped"), ["P-080"]);
  });

  it("a second attempt at a webhook stands on attempts being made at all", () => {
    assertEquals(webhookAgain("channel_occupied"), ["P-275", "P-284", "P-281"]);
  });
});
