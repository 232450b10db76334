import { accuses } from "../testing.ts";

accuses("delivery", [
  [
    "P-081",
    "an event of a channel it never asked for",
    (told) => told.connects("ana").publishes("orders", "sold").event("ana", "orders", "sold"),
  ],
  [
    "P-103",
    "an event after a refusal",
    (told) =>
      told.connects("eve").asks("eve", "private-orders", { auth: "no" }).isHeard("eve")
        .publishes("private-orders", "sold").event("eve", "private-orders", "sold"),
  ],
  [
    "P-083",
    "an event after an answered leave",
    (told) =>
      told.connects("ana").joins("ana", "orders").leaves("ana", "orders").isHeard("ana")
        .publishes("orders", "sold").event("ana", "orders", "sold"),
  ],
  [
    "P-030",
    "other data than published",
    (told) =>
      told.connects("ana").joins("ana", "orders").publishes("orders", "sold", '{"a": 1}')
        .event("ana", "orders", "sold", '{"a":1}'),
  ],
  [
    "P-080",
    "an event delivered twice",
    (told) =>
      told.connects("ana").joins("ana", "orders").publishes("orders", "sold")
        .event("ana", "orders", "sold").event("ana", "orders", "sold"),
  ],
  [
    "P-080",
    "an event lost",
    (told) =>
      told.connects("ana").joins("ana", "orders").publishes("orders", "sold", "1").publishes(
        "orders",
        "sold",
        "2",
      )
        .event("ana", "orders", "sold", "2"),
  ],
  [
    "P-086",
    "two deliveries after a second subscribe",
    (told) =>
      told.connects("ana").joins("ana", "orders").joins("ana", "orders").publishes("orders", "sold")
        .event("ana", "orders", "sold").event("ana", "orders", "sold"),
  ],
  [
    "P-262",
    "two events out of order",
    (told) =>
      told.connects("ana").joins("ana", "orders").publishes("orders", "sold", "1").publishes(
        "orders",
        "sold",
        "2",
      )
        .event("ana", "orders", "sold", "2").event("ana", "orders", "sold", "1"),
  ],
  ["P-243", "an event for who was excluded", (told) =>
    told.connects("ana").joins("ana", "orders")
      .publishes("orders", "sold", "{}", { socket_id: told.socketId("ana") }).event(
        "ana",
        "orders",
        "sold",
      )],
  [
    "P-231",
    "an event of another app",
    (told) =>
      told.connects("ana").joins("ana", "orders").publishes("orders", "sold", "{}", {}, 1).event(
        "ana",
        "orders",
        "sold",
      ),
  ],
  [
    "P-128",
    "an event before the confirmation",
    (told) =>
      told.connects("ana").asks("ana", "orders").publishes("orders", "sold").event(
        "ana",
        "orders",
        "sold",
      ).isIn("ana", "orders"),
  ],
  [
    "P-080",
    "an event that has not come when all is at rest",
    (told) => told.connects("ana").joins("ana", "orders").publishes("orders", "sold").rests(),
  ],
]);
