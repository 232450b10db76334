import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { accuses, added, both, removed, ROOM, rosterOf, told } from "../testing.ts";

accuses("presence", [
  [
    "P-116",
    "a roster whose count is wrong",
    (told) =>
      told.connects("ana").asks("ana", ROOM, { channel_data: '{"user_id":"ana"}' })
        .isIn("ana", ROOM, { presence: { ids: ["ana"], hash: { ana: null }, count: 2 } }),
  ],
  [
    "P-117",
    "a roster without the one who joins",
    (told) => told.connects("ana").enters("ana", ROOM, "ana", []),
  ],
  [
    "P-118",
    "a roster with another user_info",
    (told) =>
      told.connects("ana").asks("ana", ROOM, {
        channel_data: '{"user_id":"ana","user_info":{"n":1}}',
      })
        .isIn("ana", ROOM, rosterOf(["ana"], { n: 2 })),
  ],
  [
    "P-125",
    "a roster without somebody who is there",
    (told) =>
      told.connects("ana").connects("ben").enters("ana", ROOM, "ana", ["ana"]).enters(
        "ben",
        ROOM,
        "ben",
        ["ben"],
      ),
  ],
  [
    "P-125",
    "a roster with somebody who has left",
    (told) =>
      told.connects("ana").connects("ben").enters("ben", ROOM, "ben", ["ben"]).leaves("ben", ROOM)
        .isHeard("ben")
        .enters("ana", ROOM, "ana", ["ana", "ben"]),
  ],
  [
    "P-121",
    "an arrival told to who arrives",
    (told) => added("ana", ROOM, "ana")(told.connects("ana").enters("ana", ROOM, "ana", ["ana"])),
  ],
  [
    "P-120",
    "a second tab announced",
    (told) =>
      added("ana", ROOM, "ben")(
        both(told).connects("tab").enters("tab", ROOM, "ben", ["ana", "ben"]),
      ),
  ],
  [
    "P-122",
    "a return announced to whom the departure was never told",
    (told) =>
      added("ana", ROOM, "ben")(
        both(told).leaves("ben", ROOM).isHeard("ben").enters("ben", ROOM, "ben", ["ana", "ben"]),
      ),
  ],
  [
    "P-127",
    "a second arrival of one whose connection had subscribed as somebody else in between",
    (told) =>
      added("ana", ROOM, "ben")(
        both(told).asks("ben", ROOM, { channel_data: '{"user_id":"cem"}' })
          .asks("ben", ROOM, { channel_data: '{"user_id":"ben"}' }),
      ),
  ],
  ["P-124", "a departure while another tab is there", (told) =>
    removed("ana", ROOM, "ben")(
      both(told).connects("tab").enters("tab", ROOM, "ben", ["ana", "ben"]).leaves("ben", ROOM)
        .isHeard("ben"),
    )],
  [
    "P-127",
    "a departure of nobody",
    (told) => removed("ana", ROOM, "cem")(told.connects("ana").enters("ana", ROOM, "ana", ["ana"])),
  ],
  [
    "P-119",
    "an arrival never told",
    (told) =>
      told.connects("ana").connects("ben").enters("ana", ROOM, "ana", ["ana"])
        .enters("ben", ROOM, "ben", ["ana", "ben"]).rests(),
  ],
  [
    "P-121",
    "its own arrival, of one who was there as somebody else before",
    (told) =>
      added("ana", ROOM, "ben")(
        told.connects("ana").enters("ana", ROOM, "ana", ["ana"]).leaves("ana", ROOM)
          .enters("ana", ROOM, "ben", ["ben"]),
      ),
  ],
  ["P-122", "a departure never told", (told) => both(told).leaves("ben", ROOM).rests()],
]);

describe("the model on presence", () => {
  it("takes what comes after a new request for news of the stay to come", () => {
    const history = told().connects("ben").enters("ben", ROOM, "ben", ["ben"]).connects("ana")
      .enters("ana", ROOM, "ana", ["ana", "ben"]).leaves("ana", ROOM)
      .asks("ana", ROOM, { channel_data: '{"user_id":"ana"}' });
    const found = added("ana", ROOM, "ben")(history)
      .isIn("ana", ROOM, rosterOf(["ana", "ben"])).findings();
    assertEquals(found.filter(({ requirement }) => requirement !== "P-128"), []);
  });
});
