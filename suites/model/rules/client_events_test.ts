import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { accuses, both, ROOM, type Told, told } from "../testing.ts";

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
    "P-166",
    "a client event sent back to its sender, who might not send it",
    (told) =>
      told.connects("ana").joins("ana", "chat")
        .sends("ana", { event: "client-hi", channel: "chat", data: "{}" })
        .event("ana", "chat", "client-hi"),
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

describe("a client event that its sender was sent an error after", () => {
  const CHAT = "private-chat";
  const hi = (data: string) => ({ event: "client-hi", channel: CHAT, data });
  const found = (error: string, isRelayed: boolean) => {
    const begun = told().connects("ana").connects("ben").joins("ana", CHAT).joins("ben", CHAT)
      .sends("ben", hi("1"));
    const before = isRelayed ? begun.event("ana", CHAT, "client-hi", "1") : begun;
    return before.sends("ben", hi("2")).receives("ben", { event: "pusher:error", data: error })
      .isHeard("ben").publishes(CHAT, "sold").event("ana", CHAT, "sold").event("ben", CHAT, "sold")
      .rests().findings().map(({ requirement }) => requirement);
  };

  it("is lost where the channel had relayed another of his", () => {
    assertEquals(found('{"message":"no"}', true), ["P-165"]);
  });

  it("may have been over a limit, or client events may be off", () => {
    assertEquals(found('{"code":4301,"message":"too many"}', true), []);
    assertEquals(found('{"message":"no"}', false), []);
  });
});

it("a client event that was sent without data may come with null, and not with anything else", () => {
  const relayed = (data: unknown) =>
    told().connects("ana").connects("ben").joins("ana", "private-chat").joins("ben", "private-chat")
      .sends("ben", { event: "client-hi", channel: "private-chat" })
      .event("ana", "private-chat", "client-hi", data).findings().map((one) => one.requirement);
  assertEquals(relayed(null), []);
  assertEquals(relayed("{}"), []);
  assertEquals(relayed('{"surplus":1}'), ["P-169"]);
});

describe("a client event that was sent last and never came", () => {
  const CHAT = "private-chat";
  const hi = { event: "client-hi", channel: CHAT, data: "1" };
  /** Ben sends it, his connection ends in some way, and ana hears what was published afterwards. */
  const found = (ends: (told: Told) => Told) =>
    ends(
      told().connects("ana").connects("ben").joins("ana", CHAT).joins("ben", CHAT).sends("ben", hi),
    ).publishes(CHAT, "sold").event("ana", CHAT, "sold").rests().findings()
      .map(({ requirement }) => requirement);

  it("is lost where its sender was served afterwards", () => {
    assertEquals(found((told) => told.isHeard("ben")), ["P-165"]);
  });

  it("may not have been read where its sender was reset", () => {
    assertEquals(found((told) => told.add({ kind: "fault", of: "ben", what: "a reset" })), []);
  });

  it("may have come too late where the server ended the sender's connection", () => {
    const error = { event: "pusher:error", data: '{"code":4009,"message":"terminated"}' };
    assertEquals(found((told) => told.receives("ben", error)), []);
    assertEquals(found((told) => told.closes("ben", "target", 4009)), []);
  });
});
