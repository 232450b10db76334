import { accuses } from "../testing.ts";

accuses("users", [
  [
    "P-188",
    "signed in with a wrong signature",
    (told) =>
      told.connects("eve").sends("eve", {
        event: "pusher:signin",
        data: { auth: "no", user_data: '{"id":"eve"}' },
      })
        .receives("eve", {
          event: "pusher:signin_success",
          data: '{"user_data":"{\\"id\\":\\"eve\\"}"}',
        }),
  ],
  [
    "P-187",
    "signed in as somebody else",
    (told) => told.connects("eve").signsIn("eve", "eve").signsIn("eve", "ana"),
  ],
  [
    "P-191",
    "admitted to another user's channel",
    (told) => told.connects("eve").signsIn("eve", "eve").joins("eve", "#server-to-user-ana"),
  ],
  [
    "P-192",
    "another user's event",
    (told) =>
      told.connects("eve").signsIn("eve", "eve").publishes("#server-to-user-ana", "hello")
        .event("eve", "#server-to-user-ana", "hello"),
  ],
  [
    "P-193",
    "open after its user was sent away",
    (told) =>
      told.connects("ana").signsIn("ana", "ana").calls(
        "POST",
        "/users/ana/terminate_connections",
        undefined,
        {},
      )
        .waits(5000).isHeard("ana"),
  ],
  [
    "P-198",
    "told of somebody who is not on the list",
    (told) =>
      told.connects("ana").signsIn("ana", "ana", { watchlist: ["ben"] }).receives("ana", {
        event: "pusher_internal:watchlist_events",
        data: '{"events":[{"name":"online","user_ids":["cem"]}]}',
      }),
  ],
  [
    "P-193",
    "open at rest after its user was sent away",
    (told) =>
      told.connects("ana").signsIn("ana", "ana").calls(
        "POST",
        "/users/ana/terminate_connections",
        undefined,
        {},
      ).rests()
        .isHeard("ana"),
  ],
]);
