import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { added, both, removed, ROOM, type Told, told } from "./testing.ts";

type Case = readonly [title: string, history: (told: Told) => Told];

const right: readonly Case[] = [
  [
    "an event that was published to a channel",
    (told) =>
      told.connects("ana").joins("ana", "orders").publishes("orders", "sold").event(
        "ana",
        "orders",
        "sold",
      ),
  ],
  ["an event that overtakes the answer to its request", (told) => {
    const before = told.connects("ana").joins("ana", "orders").publishes("orders", "sold");
    const answer = before.events.pop();
    before.event("ana", "orders", "sold");
    if (answer) before.events.push({ ...answer, seq: before.events.length });
    return before;
  }],
  [
    "an event after a leave that nobody knows to have been dealt with",
    (told) =>
      told.connects("ana").joins("ana", "orders").publishes("orders", "sold").leaves(
        "ana",
        "orders",
      )
        .event("ana", "orders", "sold"),
  ],
  [
    "an event of an application that publishes by itself",
    (told) =>
      told.connects("ana").joins("ana", "orders")
        .add({
          kind: "request",
          exchange: 99,
          connection: "app",
          method: "POST",
          path: "/orders",
          headers: {},
          body: "",
        })
        .event("ana", "orders", "sold"),
  ],
  [
    "the same event published twice and delivered twice",
    (told) =>
      told.connects("ana").joins("ana", "orders").publishes("orders", "sold").publishes(
        "orders",
        "sold",
      )
        .event("ana", "orders", "sold").event("ana", "orders", "sold"),
  ],
  [
    "data that were no text come as JSON",
    (told) =>
      told.connects("ana").joins("ana", "orders").publishes("orders", "sold", { b: 1, a: [2] })
        .event("ana", "orders", "sold", '{"a":[2],"b":1}'),
  ],
  ["two tabs, one arrival and one departure", (told) =>
    removed("ana", ROOM, "ben")(
      both(told).connects("tab").enters("tab", ROOM, "ben", ["ana", "ben"])
        .leaves("ben", ROOM).isHeard("ben").leaves("tab", ROOM),
    )],
  ["an arrival that is told after the one who came has left", (told) =>
    added("ana", ROOM, "ben")(
      told.connects("ana").connects("ben").enters("ana", ROOM, "ana", ["ana"])
        .enters("ben", ROOM, "ben", ["ana", "ben"]).leaves("ben", ROOM).isHeard("ben"),
    )],
  [
    "a new subscriber of a cache channel, before and after something was published",
    (told) =>
      told.connects("ana").joins("ana", "cache-prices").event(
        "ana",
        "cache-prices",
        "pusher:cache_miss",
      )
        .publishes("cache-prices", "price", "7").event("ana", "cache-prices", "price", "7")
        .connects("ben").joins("ben", "cache-prices").event("ben", "cache-prices", "price", "7")
        .isHeard("ben"),
  ],
  [
    "a refused subscription",
    (told) =>
      told.connects("eve").asks("eve", "private-orders", { auth: "no" })
        .receives("eve", {
          event: "pusher_internal:subscription_error",
          channel: "private-orders",
          data: "{}",
        })
        .isHeard("eve"),
  ],
  [
    "a wrong subscription refused in silence, then a right one",
    (told) =>
      told.connects("ana").asks("ana", "private-orders", { auth: "no" }).isHeard("ana").joins(
        "ana",
        "private-orders",
      ),
  ],
  [
    "a member who joins again as somebody else, whoever is listed then",
    (told) =>
      told.connects("ana").enters("ana", ROOM, "ana", ["ana"]).enters("ana", ROOM, "ben", [
        "ana",
        "ben",
      ])
        .calls("GET", `/channels/${ROOM}/users`, undefined, { users: [{ id: "ben" }] }),
  ],
  [
    "the user_info of a member who may be there as somebody else",
    (told) =>
      told.connects("ana").enters("ana", ROOM, "ana", ["ana"], "one").enters("ana", ROOM, "ben", [
        "ana",
        "ben",
      ], "one")
        .connects("tab").enters("tab", ROOM, "ben", ["ben"], "one"),
  ],
  [
    "a request to join as somebody else that was refused, and who is there then",
    (told) =>
      told.connects("ana").enters("ana", ROOM, "ana", ["ana"])
        .asks("ana", ROOM, { channel_data: '{"user_id":"ben"}' })
        .receives("ana", { event: "pusher:error", channel: ROOM, data: '{"message":"no"}' })
        .calls("GET", `/channels/${ROOM}/users`, undefined, { users: [{ id: "ana" }] }),
  ],
  ["a wrong sign-in refused without a name, then a right one", (told) =>
    told.connects("ana")
      .sends("ana", { event: "pusher:signin", data: { auth: "no", user_data: '{"id":"ana"}' } })
      .receives("ana", { event: "pusher:error", data: { message: "wrong", code: null } })
      .signsIn("ana", "ana")],
  [
    "a pong with a channel beside it",
    (told) => told.connects("ana").receives("ana", { event: "pusher:pong", channel: "" }),
  ],
  [
    "a listing while somebody is leaving",
    (told) =>
      told.connects("ana").joins("ana", "orders").leaves("ana", "orders")
        .calls("GET", "/channels/orders", undefined, { occupied: true }),
  ],
  [
    "a listing right after a connection was closed",
    (told) =>
      told.connects("ana").joins("ana", "orders").closes("ana")
        .calls("GET", "/channels/orders", undefined, { occupied: true }),
  ],
  [
    "a listing while a connection is being closed",
    (told) =>
      told.connects("ana").joins("ana", "orders").beginsToClose("ana")
        .calls("GET", "/channels/orders", undefined, { occupied: false }),
  ],
  [
    "what a socket is told that spoke another version",
    (told) =>
      told.add({ kind: "dial", socket: "old#1", url: "ws://h:1/app/key-one?protocol=99" })
        .receives("old", { event: "welcome", channel: "orders" }),
  ],
  [
    "everything after the server died",
    (told) =>
      told.connects("ana").joins("ana", "orders").add({ kind: "server", what: "died", detail: "" })
        .event("ana", "never-asked", "sold"),
  ],
];

describe("the model says nothing of", () => {
  for (const [title, history] of right) {
    it(title, () => assertEquals(history(told()).findings(), []));
  }
});

describe("a finding", () => {
  it("is given once for everything that follows from it", () => {
    const history = told().connects("eve").asks("eve", "private-orders", { auth: "no" }).isHeard(
      "eve",
    );
    for (const event of ["a", "b", "c"]) {
      history.publishes("private-orders", event).event("eve", "private-orders", event);
    }
    const findings = history.findings();
    assertEquals(findings.map(({ requirement, observation }) => [requirement, observation]), [
      ["P-103", "event delivered to who was refused"],
    ]);
  });

  it("quotes what shows it", () => {
    const history = told().connects("ana").publishes("orders", "sold").event(
      "ana",
      "orders",
      "sold",
    );
    const [finding] = history.findings();
    assertEquals(finding?.quotes, [history.events.length - 1]);
  });

  it("is not given about channels that others use too", () => {
    const history = told().connects("ana").joins("ana", "orders").event("ana", "orders", "sold");
    assertEquals(history.findings({ owns: () => false }), []);
    assertEquals(history.findings().length, 1);
  });

  it("is not given about order and loss where the target keeps none", () => {
    const history = told().connects("ana").joins("ana", "orders").publishes("orders", "sold", "1")
      .publishes("orders", "sold", "2").event("ana", "orders", "sold", "2").event(
        "ana",
        "orders",
        "sold",
        "1",
      );
    assertEquals(history.findings({ ordering: "unknown" }), []);
  });
});
