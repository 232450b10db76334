/** Who a signed-in user believes to be online, from all that his watchlist told him (P-196 to P-199). */
import { z } from "zod";
import { WATCHLIST as PREMISES } from "../client/premises.ts";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import { mismatch, show } from "../language/matcher.ts";
import {
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";

const watchlistShows = z.strictObject({
  watchlistShows: z.null(),
  online: z.array(z.string()).default([]).describe("ids of the users told online last"),
  offline: z.union([z.array(z.string()), z.string().regex(/^\$[a-z]\w*$/)]).default([])
    .describe("ids of the users told offline last, or the name of a list of them"),
});

const EVENT = "pusher_internal:watchlist_events";

type Status = "online" | "offline";

/** One user's status, as one frame told it. */
interface News {
  readonly user: string;
  readonly status: Status;
  readonly frame: Evidence;
}

/** What the watchlist events on one socket told, in order. Malformed ones tell nothing. */
function newsOn(socket: string, events: readonly Evidence[]): News[] {
  return events.flatMap((frame) => {
    if (!("socket" in frame) || frame.socket !== socket || !isFrame(frame, { event: EVENT })) {
      return [];
    }
    const data = frameOf(frame)?.decoded;
    const list = isRecord(data) && Array.isArray(data.events) ? data.events : [];
    return list.filter(isRecord).flatMap(({ name, user_ids }) => {
      if (name !== "online" && name !== "offline") return [];
      const users: unknown[] = Array.isArray(user_ids) ? user_ids : [];
      return users.filter((id) => typeof id === "string").map((user) => ({
        user,
        status: name,
        frame,
      }));
    });
  });
}

/** The last that was told of each user. */
function statusOf(news: readonly News[]): Record<string, Status> {
  return Object.fromEntries(news.map(({ user, status }) => [user, status]));
}

/** News of a user that only repeats what was told of him before. */
function repetition(news: readonly News[]): News | undefined {
  const known = new Map<string, Status>();
  return news.find(({ user, status }) => {
    const isKnown = known.get(user) === status;
    known.set(user, status);
    return isKnown;
  });
}

function wished(
  { online, offline }: z.infer<typeof watchlistShows>,
  attempt: Attempt,
): Record<string, Status> {
  const all = (ids: string | readonly string[], status: Status) =>
    [ids].flat().map((id) => [attempt.names.of(id), status] as const);
  return Object.fromEntries([...all(online, "online"), ...all(offline, "offline")]);
}

/** What was told of others than these is for the model: nobody who is not watched is told of. */
const isAs = (news: readonly News[], wish: unknown): boolean =>
  mismatch(statusOf(news), wish) === undefined;

async function awaitStatus(client: Client, attempt: Attempt, wish: Record<string, Status>) {
  const { socket } = client;
  const isThere = () => isAs(newsOn(socket, attempt.log.events), wish);
  if (isThere()) return true;
  await client.until(isThere, attempt.deadlineMs, attempt.log.events.length);
  return isThere();
}

/** What differs first, in words that leave the ids out. */
function difference(status: Record<string, Status>, wish: Record<string, unknown>): string {
  const odd = Object.keys(wish).find((user) => status[user] !== wish[user]) ?? "";
  return odd in status ? `told ${status[odd]} who is ${wish[odd]}` : `not told who is ${wish[odd]}`;
}

function judge(view: View): Finding {
  const { socket, wish } = view.ended.facts ?? {};
  const news = newsOn(String(socket), view.events);
  const before = newsOn(String(socket), view.events.slice(0, view.end));
  const quotes = [...new Set(before.map(({ frame }) => frame.seq))].slice(-4);
  const status = statusOf(before);
  if (!isAs(before, wish)) {
    return {
      ...fails(`expected the watchlist to show ${show(wish)}; it showed ${show(status)}`, quotes),
      observation: difference(status, isRecord(wish) ? wish : {}),
    };
  }
  const again = repetition(news.filter(({ user }) => isRecord(wish) && user in wish));
  return again
    ? fails(
      `${again.user} was told ${again.status} again, without a change: ${quote(again.frame)}`,
      [
        again.frame.seq,
      ],
    )
    : holds(`the watchlist shows ${show(status)}`, quotes);
}

export const WATCHLIST: readonly Verb[] = [
  clientVerb({
    name: "watchlistShows",
    summary:
      "All that the watchlist told on this connection adds up to this, and no status was told twice in a row.",
    schema: watchlistShows,
    premises: ({ offline }) => offline.length > 0 ? [...PREMISES, "P-198"] : PREMISES,
    run: async (params, client, attempt) => {
      const wish = wished(params, attempt);
      const facts = { socket: client.socket, wish };
      return await awaitStatus(client, attempt, wish)
        ? done([], facts)
        : { ...deadline("it was not told in time"), facts };
    },
    judge: (_told, view) => judge(view),
  }),
];
