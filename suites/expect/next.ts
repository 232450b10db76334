/** The quantifier "next": waits for the first such thing that no earlier step has waited for. */
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
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
import { cacheMissInstead } from "./cache_miss.ts";
import { described, isNamed, type Pattern, type Seen, type Source, unlike } from "./source.ts";

/**
 * Waits for the next thing of this name and channel; whether its content is right is for the judge.
 * The end of a connection ends the wait.
 */
export async function awaitNext(
  source: Source,
  pattern: Pattern,
  client: Client,
  attempt: Attempt,
  isWanted: (seen: Seen) => boolean = (seen) => isNamed(seen, pattern),
): Promise<Outcome> {
  const from = attempt.log.events.length;
  const isNext = (event: Evidence) => {
    const seen = source.see(event);
    return seen !== undefined && isWanted(seen) && !attempt.taken.has(event.seq);
  };
  const event = await attempt.log.until(
    (event) => source.isOf(client, event) && (event.kind === "closed" || isNext(event)),
    { from: source.since(client), deadlineMs: attempt.deadlineMs },
  );
  const { channel, user } = pattern;
  const facts = {
    ...(channel === undefined ? {} : { channel }),
    ...(user === undefined ? {} : { user }),
  };
  if (!event || event.kind === "closed") {
    return { ...deadline(source.instead(client, attempt, from)), facts };
  }
  attempt.taken.add(event.seq); // at once: another step may be waiting beside this one
  return done([event.seq], facts);
}

/** The thing the step took is as asked for. */
export function judgeTaken(source: Source, pattern: Pattern, view: View): Finding {
  const taken = view.events.find((event) => event.seq === view.ended.took[0]);
  const seen = taken && source.see(taken);
  if (!taken || !seen) {
    const named: Pick<Pattern, "channel" | "user"> = view.ended.facts ?? {}; // set by the step's run
    const wish = source.words(described({ event: pattern.event, ...named }));
    const miss = cacheMissInstead(view, named.channel);
    const instead = miss.length > 0 ? miss.map(quote) : [view.ended.detail ?? "nothing arrived"];
    return fails(`expected ${wish}; ${instead.join("")}`, miss.map(({ seq }) => seq));
  }
  const reason = unlike(seen, pattern);
  return reason
    ? fails(`${reason}, in ${quote(taken)}`, [taken.seq])
    : holds(quote(taken), [taken.seq]);
}
