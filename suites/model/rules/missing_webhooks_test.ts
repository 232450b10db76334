import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { APPS, ROOM, type Told, told } from "../testing.ts";

const found = (history: Told) =>
  history.rests().findings({ apps: [{ ...APPS[0], sendsWebhooks: true }, APPS[1]] })
    .map(({ requirement }) => requirement);

describe("the model on webhooks that never came", () => {
  it("says nothing where the last one is true", () => {
    const history = told().connects("ana").joins("ana", "orders")
      .isPosted([{ name: "channel_occupied", channel: "orders" }]);
    assertEquals(found(history), []);
  });

  it("says nothing where nobody stayed long enough to be told of", () => {
    assertEquals(found(told().connects("ana").joins("ana", "orders").leaves("ana", "orders")), []);
  });

  it("misses channel_occupied (P-284)", () => {
    assertEquals(found(told().connects("ana").joins("ana", "orders")), ["P-284"]);
  });

  it("misses channel_vacated (P-285)", () => {
    const history = told().connects("ana").joins("ana", "orders")
      .isPosted([{ name: "channel_occupied", channel: "orders" }]).leaves("ana", "orders");
    assertEquals(found(history), ["P-285"]);
  });

  it("misses member_added (P-286)", () => {
    const history = told().connects("ana").enters("ana", ROOM, "ana", ["ana"])
      .isPosted([{ name: "channel_occupied", channel: ROOM }]);
    assertEquals(found(history), ["P-286"]);
  });
});
