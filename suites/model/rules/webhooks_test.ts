import { accuses } from "../testing.ts";

accuses("webhooks", [
  [
    "P-292",
    "a channel vacated without having been occupied",
    (told) =>
      told.connects("ana").joins("ana", "orders").leaves("ana", "orders")
        .isPosted([{ name: "channel_vacated", channel: "orders" }]),
  ],
  [
    "P-275",
    "a webhook that tells of nothing",
    (told) => told.isPosted([]),
  ],
  [
    "P-285",
    "a channel vacated while somebody is subscribed",
    (told) =>
      told.connects("ana").joins("ana", "orders").isPosted([{
        name: "channel_occupied",
        channel: "orders",
      }])
        .isPosted([{ name: "channel_vacated", channel: "orders" }]),
  ],
  [
    "P-289",
    "a client event that nobody sent",
    (told) =>
      told.connects("ana").joins("ana", "private-chat").isPosted([{
        name: "client_event",
        channel: "private-chat",
        event: "client-hi",
        data: "{}",
        socket_id: told.socketId("ana"),
      }]),
  ],
]);
