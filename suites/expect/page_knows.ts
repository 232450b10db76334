/** What a page can learn from its library: settings, its socket id, the members of a channel. */
import { z } from "zod";
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  clientVerb,
  done,
  factsOf,
  fails,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { mismatch, show } from "../language/matcher.ts";
import { pageOf } from "../pages/page.ts";
import { isFrame, isOf } from "../record/frames.ts";

const knows = z.strictObject({
  knows: z.enum(["settings", "socket id", "members"]).describe("what the library is asked for"),
  is: z.unknown().describe(
    "a matcher on the settings, in milliseconds, or on the socket id; or all members",
  ),
  on: z.string().optional().describe("the presence channel whose members are meant"),
});
const members = z.array(z.string());

/** Waits until the library knows of exactly these members, and says whom it knows of in the end. */
async function membersOf(
  on: string,
  users: readonly string[],
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const channel = attempt.names.of(on);
  const wished = users.map(attempt.names.of).sort();
  const known = () => pageOf(client).members(channel).sort();
  const isThere = () => known().join() === wished.join();
  if (!isThere()) {
    await attempt.log.until(isThere, {
      from: attempt.log.events.length,
      deadlineMs: attempt.deadlineMs,
    });
  }
  return done([], { found: known(), wished, channel });
}

const ROSTER = "pusher_internal:subscription_succeeded";
const CHANGES = ["pusher_internal:member_added", "pusher_internal:member_removed"];

/** What the target told the library of the members: the roster, and every change since. */
function toldOf(channel: string, { who, events, end }: View): number[] {
  const mine = events.slice(0, end).filter((event) =>
    isOf(who, event) && isFrame(event, { channel })
  );
  const roster = mine.findLastIndex((event) => isFrame(event, { event: ROSTER }));
  return mine.slice(Math.max(0, roster))
    .filter((event) => [ROSTER, ...CHANGES].some((one) => isFrame(event, { event: one })))
    .map(({ seq }) => seq);
}

export const PAGE_KNOWS: readonly Verb[] = [
  clientVerb({
    name: "knows",
    summary: "The library's settings after its defaults, its socket id or its members are as said.",
    schema: knows,
    run: ({ knows, is, on = "" }, client, attempt) => {
      if (knows === "members") return membersOf(on, members.parse(is), client, attempt);
      const { settings, socketId } = pageOf(client);
      const { activityTimeout, pongTimeout } = settings ?? {};
      const found = knows === "settings" ? { activityTimeout, pongTimeout } : socketId ?? null;
      return done([], { found, wished: is });
    },
    judge: ({ knows }, view) => {
      const { found, wished, channel } = factsOf<
        { found: unknown; wished: unknown; channel?: string }
      >(view);
      const reason = mismatch(found, wished, knows);
      const quotes = channel === undefined ? [] : toldOf(channel, view);
      return reason ? fails(reason, quotes) : holds(`${knows}: ${show(found)}`, quotes);
    },
  }),
];
