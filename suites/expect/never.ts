/**
 * The quantifier "never": no such thing came before a fence on the same path, and none comes later,
 * while sockets stay open.
 *
 * Somebody else must have seen it, to show that there was something to see.
 */
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  type Outcome,
  type View,
} from "../engine/verb.ts";
import { quote } from "../record/words.ts";
import { described, isAs, type Path, type Pattern, type Source } from "./source.ts";

/** Raises the fence. */
export async function awaitFence(
  source: Source,
  { channel, user }: Pick<Pattern, "channel" | "user">,
  path: Path,
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const fence = await source.fence(client, attempt, path);
  const facts = {
    fence,
    ...(channel === undefined ? {} : { channel }),
    ...(user === undefined ? {} : { user }),
  };
  return fence === "lost" ? { ...deadline("the fence did not come back"), facts } : done([], facts);
}

/** With `witness`, nothing is proved unless somebody else saw it. */
export function judgeNever(
  source: Source,
  { event, data, frame }: Pattern,
  witness: "needed" | "none",
  view: View,
): Finding {
  const { channel, user }: Pick<Pattern, "channel" | "user"> = view.ended.facts ?? {}; // set by `awaitFence`
  const denied = { event, channel, user, data, frame };
  const found = view.events.filter((one) => {
    const seen = source.see(one);
    return seen !== undefined && isAs(seen, denied);
  });
  const seen = found.find((one) => source.see(one)?.who === view.who && !view.taken.has(one.seq));
  const what = described(denied);
  if (seen) return fails(`expected no ${what}; ${view.who} received ${quote(seen)}`, [seen.seq]);
  if (view.ended.outcome !== "done") {
    return blocked(`whether ${what} came cannot be told: ${view.ended.detail}`);
  }
  const other = found.find((one) => source.see(one)?.who !== view.who);
  if (!other && witness === "needed") {
    return blocked(`nobody saw ${what}, so that ${view.who} did not proves nothing`);
  }
  const proof = view.ended.facts?.fence === "closed"
    ? "the connection was closed"
    : "a later event on the same path came, this one did not";
  return { ...holds(`no ${what}: ${proof}`, other ? [other.seq] : []), isAbsence: true };
}
