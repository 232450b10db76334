/**
 * Webhooks that never came (P-284 to P-287, P-289), where the app is known to send them: when all
 * is at rest, the last one about a channel or a member is true.
 */
import { readWebhook } from "../../wire/webhook.ts";
import { isPresence } from "../channel_kind.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import { isCertain, isPossible, type Stay } from "../stays.ts";

type Told = Readonly<Record<string, unknown>>;

export function judgeMissingWebhooks(history: History, accuse: Accuse): void {
  const at = history.quiet[0];
  if (at === undefined) return;
  for (const app of history.options.apps) {
    if (!app.sendsWebhooks) continue;
    const told = history.events.flatMap((event) =>
      event.kind === "webhook" && event.headers["x-pusher-key"] === app.key
        ? readWebhook(event.body).events
        : []
    );
    for (const { appId, channel } of history.channels) {
      if (appId !== app.id || !history.options.owns(channel) || channel.startsWith("#")) continue;
      const stays = history.staysIn(appId, channel);
      const about = told.filter((entry) => entry.channel === channel);
      const say = (requirement: string, observation: string, why: string) =>
        accuse({
          requirement,
          observation,
          message: `at rest, ${why}; the webhooks about ${channel} were ${JSON.stringify(about)}`,
          quotes: [...stays.slice(-1).map(({ asked }) => asked.seq), at],
          part: `${appId} ${channel} webhooks`,
        });
      judgeLast(
        stays,
        about.filter(({ name }) => name === "channel_occupied" || name === "channel_vacated"),
        at,
        ["channel_occupied", "P-284", "P-285"],
        (requirement, observation, isThere) =>
          say(
            requirement,
            observation,
            isThere ? "somebody is subscribed" : "nobody is subscribed",
          ),
      );
      if (isPresence(channel)) judgeMembers(stays, about, at, say);
    }
  }
}

function judgeMembers(
  stays: readonly Stay[],
  about: readonly Told[],
  at: number,
  say: (requirement: string, observation: string, why: string) => void,
): void {
  if (stays.some(({ member, admission }) => !member && admission.kind !== "wrong")) return;
  const users = new Set(stays.flatMap(({ member }) => member?.id ?? []));
  for (const user of users) {
    judgeLast(
      stays.filter(({ member }) => member?.id === user),
      about.filter(({ name, user_id }) =>
        user_id === user && (name === "member_added" || name === "member_removed")
      ),
      at,
      ["member_added", "P-286", "P-287"],
      (requirement, observation, isThere) =>
        say(requirement, observation, `${user} is ${isThere ? "there" : "not there"}`),
    );
  }
}

/** Compares the last webhook with who is there. Requests may overtake each other, so their number decides. */
function judgeLast(
  stays: readonly Stay[],
  told: readonly Told[],
  at: number,
  [arrival, onArrival, onDeparture]: readonly [string, string, string],
  say: (requirement: string, observation: string, isThere: boolean) => void,
): void {
  const arrivals = told.filter(({ name }) => name === arrival).length;
  const departures = told.length - arrivals;
  const isThere = stays.some((stay) => isCertain(stay, at, at));
  const mayBeThere = stays.some((stay) => isPossible(stay, { seq: at + 0.5, t: 0 }));
  if (isThere && arrivals <= departures) {
    return say(onArrival, `${arrival} never told`, true);
  }
  if (!mayBeThere && arrivals > departures) say(onDeparture, "departure never told", false);
}
