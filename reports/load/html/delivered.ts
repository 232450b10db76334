/** How many of the expected deliveries, answers or connections a latency rests on. */
import { percent, whole } from "../../../suites/record/numbers.ts";
import type { Histogram } from "../../../suites/record/load/histogram.ts";
import { countsOf, type Latency, type Phase } from "../../../suites/record/load/phases.ts";
import { type Content, markup } from "../../kit/markup.ts";
import type { Run } from "./run.ts";

export type Loaded = Run["report"]["load"];

/** How many subscriptions these clients of a plan make as they come up. */
function subscriptions(clients: Loaded["plan"]["clients"]): number {
  return clients.reduce((sum, { count, channels }) => {
    // Client i has the list i modulo their number: the first lists go to one client more.
    const [rounds, rest] = [Math.floor(count / channels.length), count % channels.length];
    return channels.reduce(
      (all, list, at) => all + list.length * (rounds + (at < rest ? 1 : 0)),
      sum,
    );
  }, 0);
}

/** How many of those somebody is asked to sign for. */
function signatures({ clients, channels }: Loaded["plan"]): number {
  const isSigned = (channel: number) => /^(private|presence)-/.test(channels[channel] ?? "");
  return subscriptions(
    clients.filter(({ authorize }) => authorize)
      .map((group) => ({ ...group, channels: group.channels.map((of) => of.filter(isSigned)) })),
  );
}

/** Beside a latency, never without it; of recoveries nobody knows how many to expect. */
export function deliveredOf(
  kind: Latency,
  phases: readonly Phase[],
  histogram: Histogram | undefined,
  { plan, measurements }: Loaded,
): Content {
  const { expected, delivered, accepted, refused, unanswered } = countsOf(phases);
  const timed = histogram?.totalCount ?? 0;
  switch (kind) {
    case "delivery":
    case "first":
    case "last":
    case "whisper":
      return ratio(delivered, expected);
    case "answer":
      return ratio(accepted, accepted + refused + unanswered);
    case "connect":
    case "handshake":
    case "authorize":
    case "subscribe": {
      // Afterwards, those that left come back, as often as the plan or the target has it.
      const planned = kind === "subscribe"
        ? subscriptions(plan.clients)
        : kind === "authorize"
        ? signatures(plan)
        : measurements.connections.planned;
      const first = phases[0] === measurements.phases[0];
      return first && timed <= planned ? ratio(timed, planned) : whole(timed);
    }
    case "recover":
      return whole(timed);
  }
}

function ratio(part: number, of: number): Content {
  const text = markup`${whole(part)} of ${whole(of)} <span class="aside">${
    percent(part, of)
  }</span>`;
  // More than expected is as wrong as less: they are of events that should not have been delivered.
  return part !== of ? markup`<span class="word fail">${text}</span>` : text;
}
