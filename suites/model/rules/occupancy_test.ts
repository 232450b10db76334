import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import { accuses, both, ROOM, told } from "../testing.ts";

accuses("occupancy and counts", [
  [
    "P-079",
    "an occupied channel told vacant",
    (told) =>
      told.connects("ana").joins("ana", "orders").calls("GET", "/channels/orders", undefined, {
        occupied: false,
      }),
  ],
  [
    "P-079",
    "a channel told vacant whose subscriber is closed by this end only afterwards",
    (told) =>
      told.connects("ana").joins("ana", "orders")
        .calls("GET", "/channels/orders", undefined, { occupied: false })
        .beginsToClose("ana").closes("ana"),
  ],
  [
    "P-079",
    "a channel told occupied that all have left",
    (told) =>
      told.connects("ana").joins("ana", "orders").leaves("ana", "orders").isHeard("ana")
        .calls("GET", "/channels/orders", undefined, { occupied: true }),
  ],
  [
    "P-103",
    "a refused subscriber counted",
    (told) =>
      told.connects("eve").asks("eve", "private-orders", { auth: "no" }).isHeard("eve")
        .calls("GET", "/channels/private-orders", undefined, { occupied: true }),
  ],
  [
    "P-263",
    "an occupied channel not listed",
    (told) =>
      told.connects("ana").joins("ana", "orders").calls("GET", "/channels", undefined, {
        channels: {},
      }),
  ],
  [
    "P-268",
    "a user_count of more than there are",
    (told) =>
      both(told).calls("GET", `/channels/${ROOM}?info=user_count`, undefined, {
        occupied: true,
        user_count: 3,
      }),
  ],
  [
    "P-181",
    "a subscription_count of less than there are",
    (told) =>
      told.connects("ana").joins("ana", "orders").connects("ben").joins("ben", "orders")
        .calls("GET", "/channels/orders?info=subscription_count", undefined, {
          occupied: true,
          subscription_count: 1,
        }),
  ],
  [
    "P-125",
    "a member not listed",
    (told) =>
      both(told).calls("GET", `/channels/${ROOM}/users`, undefined, { users: [{ id: "ana" }] }),
  ],
]);

it("a path that escapes what it need not escape may name another channel", () => {
  const history = told().connects("ana").joins("ana", "sold-a@b");
  history.calls("GET", "/channels/sold-a%40b", undefined, { occupied: false });
  assertEquals(history.findings(), []);
});
