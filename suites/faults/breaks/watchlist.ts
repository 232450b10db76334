/** Servers that are wrong about who is online, or about who must prove himself (P-196 to P-203). */
import { alter, alterData, closeWith, drop, followedBy, repeat, silence } from "../actions.ts";
import type { Break, Passage } from "../break.ts";
import { dataOf } from "../message.ts";
import { message } from "../replies.ts";
import { toClient, toTarget } from "../rules.ts";
import { isGuarded } from "../subscribing.ts";
import type { Line } from "../world.ts";

const WATCHLIST = { event: "pusher_internal:watchlist_events" } as const;
const SIGNED_IN = { event: "pusher:signin_success" } as const;
const UNAUTHORIZED = { opcode: "close", code: 4009 } as const;

/** So many sockets that have proved nothing fill a server that counts them too. */
const CROWD = 3;

function events(name: "online" | "offline", user_id: string) {
  return message(WATCHLIST.event, { events: [{ name, user_ids: [user_id] }] });
}

function isTooLong({ message }: Passage): boolean {
  return message?.event === "pusher:error" && dataOf(message)["code"] === 4302;
}

function hasProvedItself({ knowledge }: Line): boolean {
  return knowledge.user !== undefined || [...knowledge.subscribed.keys()].some(isGuarded);
}

const tabsOf = ({ world, knowledge: { user } }: Line) =>
  [...world.lines].filter(({ knowledge }) => knowledge.user === user);

const isFirstTab = (line: Line) => tabsOf(line)[0] === line;

/** The most tabs that a line's user has had at once, seen from each line. */
const most = new WeakMap<Line, number>();

function tabGone(line: Line): boolean {
  const now = tabsOf(line).length;
  const before = Math.max(now, most.get(line) ?? 0);
  most.set(line, before);
  return now < before;
}

export const WATCHLIST_BREAKS: readonly Break[] = [
  {
    name: "watchlist-ignored",
    title: "Reads no watchlists.",
    violates: ["P-196", "P-198", "P-200"],
    rules: [toClient(WATCHLIST, drop)],
  },
  {
    name: "watchlist-events-misnamed",
    title: "Sends watchlist events under another name.",
    violates: ["P-197"],
    rules: [toClient(WATCHLIST, alter((sent) => ({ ...sent, event: "pusher:watchlist" })))],
  },
  {
    name: "watchlist-events-bare",
    title: "Sends watchlist events as a bare list of ids.",
    violates: ["P-197"],
    rules: [toClient(WATCHLIST, alterData((data) => ({ user_ids: data["events"] })))],
  },
  {
    name: "watchlist-status-at-signin-missing",
    title: "Reports changes on a watchlist, and not who is online already.",
    violates: ["P-198"],
    rules: [toClient({ ...WATCHLIST, nth: 1 }, drop)],
  },
  {
    name: "watchlist-first-tab-alone",
    title: "Tells the first tab of a user of those on his watchlist, and no other.",
    violates: ["P-198"],
    rules: [toClient({ ...WATCHLIST, where: ({ line }) => !isFirstTab(line) }, drop)],
  },
  {
    name: "watchlist-gone-with-a-tab",
    title: "Forgets the watchlist of a user whose first tab closes.",
    violates: ["P-198"],
    rules: [toClient({ ...WATCHLIST, where: ({ line }) => tabGone(line) }, drop)],
  },
  {
    name: "watchlist-events-repeated",
    title: "Reports every change on a watchlist twice.",
    violates: ["P-198"],
    rules: [toClient(WATCHLIST, repeat(2))],
  },
  {
    name: "watchlist-offline-with-first-tab",
    title: "Reports a user offline as soon as one of his connections closes.",
    violates: ["P-199"],
    rules: [
      toTarget({ opcode: "close" }, async (passage) => {
        const { user } = passage.line.knowledge;
        await passage.pass();
        if (user === undefined) return;
        for (const other of passage.line.world.lines) {
          if (other !== passage.line && other.knowledge.user !== user) {
            void other.send("toClient", events("offline", user));
          }
        }
      }),
    ],
  },
  {
    name: "watchlist-offline-unreported",
    title: "Never reports a user offline.",
    violates: ["P-199"],
    rules: [
      toClient({
        ...WATCHLIST,
        where: ({ message }) => JSON.stringify(message && dataOf(message)).includes("offline"),
      }, drop),
    ],
  },
  {
    name: "long-watchlist-unreported",
    title: "Cuts a long watchlist without saying so.",
    violates: ["P-200"],
    rules: [toClient({ where: isTooLong }, drop)],
  },
  {
    name: "long-watchlist-refused",
    title: "Refuses the sign-in of a user with a long watchlist.",
    violates: ["P-200"],
    rules: [
      toTarget({
        event: "pusher:signin",
        where: ({ message }) => ((message && JSON.stringify(message))?.length ?? 0) > 1000,
      }, async ({ line }) => {
        const data = { code: 4302, message: "Watchlist too long" };
        await line.send("toClient", message("pusher:error", data));
      }),
    ],
  },
  {
    name: "unauthorized-sockets-kept",
    title: "Keeps sockets that never prove themselves.",
    violates: ["P-201"],
    rules: [toClient(UNAUTHORIZED, silence)],
  },
  {
    name: "unauthorized-sockets-counted",
    title: "Counts sockets that have not proved themselves toward the quota.",
    violates: ["P-202"],
    rules: [
      toClient({
        event: "pusher:connection_established",
        where: ({ line }) =>
          [...line.world.lines].filter((other) =>
            other !== line && other.app === line.app && !hasProvedItself(other)
          ).length >= CROWD,
      }, closeWith(4004, "Over connection quota")),
    ],
  },
  {
    name: "authorized-sockets-closed",
    title: "Closes a socket soon after it has proved itself.",
    violates: ["P-203"],
    rules: [
      toClient({
        event: /^pusher:signin_success$|^pusher_internal:subscription_succeeded$/,
        where: ({ line, message }) =>
          message?.event === SIGNED_IN.event || isGuarded(String(message?.["channel"])) &&
            line.knowledge.user === undefined,
      }, async (passage) => {
        await passage.pass();
        passage.line.after(100, () => passage.line.close(4009, "Unauthorized"));
      }),
    ],
  },
  {
    name: "watchlist-of-strangers",
    title: "Tells a signed-in user about users who are not on his watchlist.",
    violates: ["P-196", "P-198"],
    rules: [toClient(SIGNED_IN, followedBy(events("online", "a-stranger")))],
  },
];
