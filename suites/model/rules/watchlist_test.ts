import { accuses, type Told } from "../testing.ts";

const status = (name: "online" | "offline", user: string) => (history: Told) =>
  history.receives("ana", {
    event: "pusher_internal:watchlist_events",
    data: JSON.stringify({ events: [{ name, user_ids: [user] }] }),
  });
/** Ana watches ben, who is not there. */
const watching = (history: Told) =>
  status("offline", "ben")(
    history.connects("ana").signsIn("ana", "ana", { watchlist: ["ben"] }),
  );

accuses("watchlists", [
  [
    "P-198",
    "somebody online who was never told of",
    (told) => watching(told).connects("ben").signsIn("ben", "ben").rests(),
  ],
  [
    "P-199",
    "somebody offline who is still told online",
    (told) =>
      status("online", "ben")(watching(told).connects("ben").signsIn("ben", "ben"))
        .closes("ben").rests(),
  ],
  [
    "P-200",
    "somebody beyond the first hundred",
    (told) =>
      status("offline", "user-101")(
        told.connects("ana").signsIn("ana", "ana", {
          watchlist: Array.from({ length: 101 }, (_, at) => `user-${at + 1}`),
        }),
      ),
  ],
  [
    "P-199",
    "online of somebody who never signed in",
    (told) => status("online", "ben")(watching(told)),
  ],
]);
