import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import { accuses, both, ROOM, told } from "../testing.ts";

accuses("client events", [
  [
    "P-166",
    "a client event sent back to its sender",
    (told) =>
      told.connects("ana").joins("ana", "private-chat")
        .sends("ana", { event: "client-hi", channel: "private-chat", data: "{}" }).event(
          "ana",
          "private-chat",
          "client-hi",
        ),
  ],
  [
    "P-164",
    "a client event of who is not in",
    (told) =>
      told.connects("ana").connects("eve").joins("ana", "private-chat")
        .sends("eve", { event: "client-hi", channel: "private-chat", data: "{}" }).event(
          "ana",
          "private-chat",
          "client-hi",
        ),
  ],
  [
    "P-163",
    "a client event on a public channel",
    (told) =>
      told.connects("ana").connects("ben").joins("ana", "chat").joins("ben", "chat")
        .sends("ben", { event: "client-hi", channel: "chat", data: "{}" }).event(
          "ana",
          "chat",
          "client-hi",
        ),
  ],
  [
    "P-167",
    "a client event with another user's id",
    (told) =>
      both(told).sends("ben", { event: "client-hi", channel: ROOM, data: "{}" })
        .event("ana", ROOM, "client-hi", "{}", { user_id: "ana" }),
  ],
  [
    "P-165",
    "a client event lost",
    (told) =>
      told.connects("ana").connects("ben").joins("ana", "private-chat").joins("ben", "private-chat")
        .sends("ben", { event: "client-hi", channel: "private-chat", data: "1" })
        .sends("ben", { event: "client-hi", channel: "private-chat", data: "2" })
        .event("ana", "private-chat", "client-hi", "2"),
  ],
]);

it("a client event that was sent without data may come with null, and not with anything else", () => {
  const relayed = (data: unknown) =>
    told().connects("ana").connects("ben").joins("ana", "private-chat").joins("ben", "private-chat")
      .sends("ben", { event: "client-hi", channel: "private-chat" })
      .event("ana", "private-chat", "client-hi", data).findings().map((one) => one.requirement);
  assertEquals(relayed(null), []);
  assertEquals(relayed("{}"), []);
  assertEquals(relayed('{"surplus":1}'), ["P-169"]);
});
