/** Servers that turn away whom they should admit, or admit whom they refused. */
import { alter, answer, closeWith, followedBy, precededBy } from "../actions.ts";
import type { Break, Passage } from "../break.ts";
import { dataOf, type Message } from "../message.ts";
import { message, pusherError } from "../replies.ts";
import { toClient, toTarget } from "../rules.ts";
import { channelIn, fieldIn, isGuarded, isUnauthorized, refuse } from "../subscribing.ts";
import type { World } from "../world.ts";

const SUBSCRIBE = { event: "pusher:subscribe" } as const;
const SUCCEEDED = { event: "pusher_internal:subscription_succeeded" } as const;
const SIGNED_IN = { event: "pusher:signin_success" } as const;
const ERROR = { event: "pusher:error" } as const;
const LONG = 120;

const confirmSignIn: Message = message("pusher:signin_success", { user_data: '{"id":"anybody"}' });

/** More connections than one scenario needs, and as many as the app `quota` has. */
const GENEROUS = 8;
const QUOTA = 5;

/** Whether the line's app has had more connections than this. */
function hasHadMoreThan(most: number): (passage: Passage) => boolean {
  const everOpened = new WeakMap<World, Map<string, number>>();
  return ({ line }) => {
    const counts = everOpened.get(line.world) ?? new Map<string, number>();
    everOpened.set(line.world, counts);
    const count = (counts.get(line.app?.id ?? "") ?? 0) + 1;
    counts.set(line.app?.id ?? "", count);
    return count > most;
  };
}

export const ADMISSION: readonly Break[] = [
  {
    name: "ended-connections-counted",
    title: "Counts connections that have ended towards the quota.",
    violates: ["P-309"],
    rules: [
      toClient(
        { event: "pusher:connection_established", where: hasHadMoreThan(GENEROUS) },
        closeWith(4004, "Over connection quota"),
      ),
    ],
  },
  {
    name: "slots-never-given-back",
    title: "Gives each slot of the quota once.",
    violates: ["P-022"],
    rules: [
      toClient(
        { event: "pusher:connection_established", where: hasHadMoreThan(QUOTA) },
        closeWith(4004, "Over connection quota"),
      ),
    ],
  },
  {
    name: "answers-with-object-data",
    title: "Sends the data of errors and confirmed sign-ins as objects, not as strings.",
    violates: ["P-028"],
    rules: [
      toClient(
        { event: /^pusher:(error|signin_success)$/ },
        alter((sent) => ({ ...sent, data: dataOf(sent) })),
      ),
    ],
  },
  {
    name: "guarded-channels-closed",
    title: "Refuses every authorized subscription.",
    violates: ["P-076", "P-096", "P-101", "P-111", "P-114", "P-132", "P-135", "P-202"],
    rules: [
      toTarget(
        { ...SUBSCRIBE, where: (seen) => isGuarded(channelIn(seen)) && !isUnauthorized(seen) },
        refuse(),
      ),
    ],
  },
  {
    name: "every-subscription-refused",
    title: "Refuses every subscription.",
    violates: ["P-076", "P-101", "P-132"],
    rules: [toTarget(SUBSCRIBE, refuse())],
  },
  {
    name: "member-near-the-limit-refused",
    title: "Refuses members whose data is long, though not too long.",
    violates: ["P-131"],
    rules: [
      toTarget({
        ...SUBSCRIBE,
        where: (seen) => (fieldIn(seen, "channel_data") ?? "").length > LONG,
      }, refuse()),
    ],
  },
  {
    name: "public-channels-have-members",
    title: "Tells the members of channels that have none.",
    violates: ["P-104"],
    rules: [
      toClient({
        ...SUCCEEDED,
        where: (seen) => !channelIn(seen).startsWith("presence-"),
      }, async ({ line, message: succeeded }) => {
        const presence = { ids: [], hash: {}, count: 0 };
        const data = JSON.stringify({ ...(succeeded && dataOf(succeeded)), presence });
        if (succeeded) await line.send("toClient", { ...succeeded, data });
      }),
    ],
  },
  {
    name: "refused-signin-confirmed-too",
    title: "Confirms a sign-in after it has refused it.",
    violates: ["P-182"],
    rules: [toClient(ERROR, followedBy(confirmSignIn))],
  },
  {
    name: "errors-told-twice",
    title: "Tells every error twice.",
    violates: ["P-182"],
    rules: [toClient(ERROR, followedBy(({ message }) => message ?? pusherError(4009, "Again")))],
  },
  {
    name: "signin-confirmed-twice",
    title: "Confirms every sign-in twice.",
    violates: ["P-182"],
    rules: [toClient(SIGNED_IN, precededBy(({ message }) => message ?? confirmSignIn))],
  },
  {
    name: "signin-confirmed-with-an-error",
    title: "Tells of an error after it has confirmed a sign-in.",
    violates: ["P-182", "P-187", "P-200"],
    rules: [toClient(SIGNED_IN, followedBy(pusherError(4009, "Deprecated")))],
  },
  {
    name: "signin-refused",
    title: "Refuses every sign-in.",
    violates: ["P-182", "P-183", "P-202"],
    rules: [toTarget({ event: "pusher:signin" }, answer(pusherError(4009, "Not today")))],
  },
  {
    name: "ping-closes",
    title: "Closes a connection that sends `pusher:ping`.",
    violates: [
      ...["P-002", "P-016", "P-085", "P-193", "P-195", "P-309"] as const,
    ],
    rules: [toTarget({ event: "pusher:ping" }, closeWith(4200, "Please reconnect"))],
  },
];
