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
import type { Evidence } from "../record/evidence.ts";
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

/**
 * Whether a step waited for it when it was due: one that ended before this one, or any where it came
 * after this one. What came before it, and was taken for something by a later step, came too early.
 */
function wasDue(one: Evidence, { events, end, taken }: View): boolean {
  if (!taken.has(one.seq)) return false;
  if (events.indexOf(one) > end) return true;
  return !events.slice(end + 1).some((event) =>
    event.kind === "step-end" && event.took.includes(one.seq)
  );
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
  const seen = found.find((one) => source.see(one)?.who === view.who && !wasDue(one, view));
  const what = described(denied);
  if (seen) return fails(`expected no ${what}; ${view.who} received ${quote(seen)}`, [seen.seq]);
  if (view.ended.outcome !== "done") {
    return blocked(`whether ${what} came cannot be told: ${view.ended.detail}`);
  }
  const other = found.find((one) => source.see(one)?.who !== view.who);
  if (!other && witness === "needed") {
    return blocked(
      `nobody else received ${what} meanwhile, so that ${view.who} did not proves nothing; where nobody else can, say witness: none`,
    );
  }
  const proof = view.ended.facts?.fence === "closed"
    ? "the connection was closed"
    : "a later event on the same path came, this one did not";
  return { ...holds(`no ${what}: ${proof}`, other ? [other.seq] : []), isAbsence: true };
}
