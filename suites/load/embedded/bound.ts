/**
 * Up to what load the embedded engine may be believed.
 *
 * It reads in one thread, at 12 to 14 µs of CPU a delivery where the bare receive loop in Go takes
 * 10. Both with a core of their own, its 99th percentile was within 10 % of the bare loop's with
 * 2,000 subscribers to each event, and half above it with 10,000: then the events of one burst wait
 * for those of the last. `deno task bench:load` measures it; docs/load.md has the figures. A thread
 * takes no more on a machine of more cores.
 */
import type { LoadPlan } from "../../record/load/plan.ts";

/** Deliveries that one event makes at once: while they are read, each waits for those before it. */
const AT_ONCE = 2_000;
/** Deliveries a second, where they come in smaller bursts. */
const PER_SECOND = 4_000;

/** Requests a second to the HTTP API: each takes some 250 µs of the thread that reads. */
const REQUESTS_PER_SECOND = 800;

/** Why the figures of this plan are not to be believed; `undefined` where they are. */
export function beyondBound(plan: LoadPlan): string | undefined {
  const members = membersOf(plan);
  const atOnce = Math.max(0, ...sending(plan).flatMap(({ channels }) => channels.map(of(members))));
  const rate = Math.max(...plan.phases.map(({ rate }) => rate));
  const perSecond = rate * sending(plan).reduce(
    (sum, { perSecond, channels }) =>
      sum + perSecond * channels.map(of(members)).reduce((a, b) => a + b, 0) / channels.length,
    0,
  );
  if (atOnce > AT_ONCE) return beyond(`${atOnce} deliveries of one event`, AT_ONCE);
  if (perSecond > PER_SECOND) {
    return beyond(`${Math.round(perSecond)} deliveries a second`, PER_SECOND);
  }
  const requests = rate * plan.publishers.reduce(
    (sum, { perSecond, batch = 1 }) => sum + perSecond / batch,
    0,
  );
  if (requests > REQUESTS_PER_SECOND) {
    return beyond(`${Math.round(requests)} requests a second`, REQUESTS_PER_SECOND);
  }
  return undefined;
}

const of = (members: ReadonlyMap<number, number>) => (channel: number) => members.get(channel) ?? 0;

const beyond = (load: string, bound: number) =>
  `the plan asks for ${load}, and the embedded engine is to be believed up to ${bound}: ` +
  "take `--engine k6`, or a smaller load";

/** How many clients each channel has, when all of them stand. */
function membersOf({ clients }: LoadPlan): ReadonlyMap<number, number> {
  const members = new Map<number, number>();
  for (const { count, channels } of clients) {
    for (const [turn, own] of channels.entries()) {
      // Of `count` clients, those whose number leaves `turn` when divided by the number of turns.
      const times = Math.floor((count - turn - 1) / channels.length) + 1;
      for (const channel of own) members.set(channel, (members.get(channel) ?? 0) + times);
    }
  }
  return members;
}

interface Sending {
  readonly perSecond: number;
  /** In turn. */
  readonly channels: readonly number[];
}

function sending({ publishers, clients }: LoadPlan): Sending[] {
  const whispering = clients.flatMap(({ whispers, count, channels }) => {
    const first = channels.flatMap(([channel]) => channel === undefined ? [] : [channel]);
    return whispers && first.length > 0
      ? [{ perSecond: whispers.perSecond * count, channels: first }]
      : [];
  });
  return [...publishers.filter(({ channels }) => channels.length > 0), ...whispering];
}
