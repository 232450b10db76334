import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import { accuses, told } from "../testing.ts";

accuses("cache channels", [
  [
    "P-147",
    "a cache miss where an event is kept",
    (told) =>
      told.publishes("cache-prices", "price", "7").connects("ben").joins("ben", "cache-prices")
        .event("ben", "cache-prices", "pusher:cache_miss"),
  ],
  [
    "P-149",
    "an older event kept",
    (told) =>
      told.publishes("cache-prices", "price", "7").publishes("cache-prices", "price", "8")
        .connects("ben").joins("ben", "cache-prices").event("ben", "cache-prices", "price", "7"),
  ],
  [
    "P-152",
    "neither an event nor a cache miss",
    (told) => told.connects("ben").joins("ben", "cache-prices").isHeard("ben"),
  ],
  ["P-155", "a client event kept", (told) => {
    const channel = "private-cache-prices";
    return told.connects("ana").connects("ben").joins("ana", channel).event(
      "ana",
      channel,
      "pusher:cache_miss",
    )
      .joins("ben", channel).event("ben", channel, "pusher:cache_miss")
      .sends("ben", { event: "client-hi", channel, data: "1" }).event(
        "ana",
        channel,
        "client-hi",
        "1",
      )
      .connects("cem").joins("cem", channel).event("cem", channel, "client-hi", "1");
  }],
  ["P-181", "a count of more than ever asked", (told) =>
    told.connects("ana").joins("ana", "orders")
      .event("ana", "orders", "pusher_internal:subscription_count", '{"subscription_count":2}')],
  [
    "P-178",
    "a last count that is wrong",
    (told) =>
      told.connects("ana").connects("ben").joins("ana", "orders")
        .event("ana", "orders", "pusher_internal:subscription_count", '{"subscription_count":1}')
        .joins("ben", "orders").rests(),
  ],
]);

it("a publication that was answered with an error and the status of a success may not be kept", () => {
  const history = told().connects("ana")
    .calls("POST", "/events", { channel: "cache-prices", name: "sold", data: "" }, { error: "no" })
    .joins("ana", "cache-prices")
    .receives("ana", { event: "pusher:cache_miss", channel: "cache-prices", data: "{}" })
    .isHeard("ana");
  assertEquals(history.findings(), []);
});
