import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import { accuses, told } from "../testing.ts";

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
    "P-183",
    "refused a right sign-in after a wrong one",
    (told) =>
      told.connects("ana").signsIn("ana", "ana").connects("eve").sends("eve", {
        event: "pusher:signin",
        data: { auth: "no", user_data: '{"id":"eve"}' },
      })
        .receives("eve", { event: "pusher:error", data: '{"message":"no"}' })
        .asksToSignIn("eve", "eve")
        .receives("eve", { event: "pusher:error", data: '{"message":"no"}' })
        .isHeard("eve"),
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

it("events to a user are owed to who is signed in, not to who was let in otherwise", () => {
  const lost = (isSignedIn: boolean) => {
    const ana = told().connects("ana");
    const history = isSignedIn ? ana.signsIn("ana", "ana") : ana.sends("ana", {
      event: "pusher:signin",
      data: { auth: "no", user_data: '{"id":"ana"}' },
    });
    return history.joins("ana", "#server-to-user-ana").publishes("#server-to-user-ana", "hello")
      .rests().findings().map(({ requirement }) => requirement);
  };
  assertEquals(lost(true), ["P-080"]);
  assertEquals(lost(false), []);
});
