/** From a load scenario and a target to a plan, in which everything is settled. */
import type { OpenTarget } from "../engine/open_target.ts";
import type { Target } from "../../targets/target.ts";
import { CannotRun } from "./engine.ts";
import type { Lot, Sale } from "./lot.ts";
import type { Objective, PlannedObjective } from "./objective.ts";
import { type LoadPlan, planSchema } from "../record/load/plan.ts";
import { type ClientGroup, type EventPublishing, type LoadScenario, PREFIXES } from "./scenario.ts";
import { loopbackSources } from "./sources.ts";
import { spread } from "./spread.ts";

/** Where the load goes. */
export type Destination =
  & Pick<OpenTarget, "websocketUrl" | "apiUrl">
  & {
    /** PEM certificates to trust. */
    readonly ca?: string;
    readonly target: Pick<Target, "apps" | "sources"> & Partial<Asking>;
  };

/** What a target file may ask of every connection, and no engine does. */
type Asking = Pick<Target, "headers" | "websocket" | "api">;

/**
 * Makes the plan; `sale` is what was set up in an application, for a scenario with lots. All
 * objectives are in it, those of resources too: an engine alone does not see these, and where
 * nobody else does, they are missed. Throws `CannotRun` without the sale.
 */
export function planLoad(scenario: LoadScenario, destination: Destination, sale?: Sale): LoadPlan {
  const lot = (set: string): Lot => {
    const found = sale?.lots[set];
    if (found) return found;
    throw new CannotRun(`${scenario.name} bids on ${set}, and no application has it on sale`);
  };
  const { websocketUrl, apiUrl, ca, target } = destination;
  refuseAsking(target);
  const { main } = target.apps;
  const sources = target.sources ??
    loopbackSources(new URL(websocketUrl).hostname, connectionsOf(scenario));
  const first = new Map<string, number>();
  const channels: string[] = [];
  for (const [set, { kind, count }] of Object.entries(scenario.channels)) {
    first.set(set, channels.length);
    channels.push(...kind === "lot" ? [lot(set).channel] : namesOf(set, PREFIXES[kind], count));
  }
  /** Numbers of a set's own channels, as the plan counts them. */
  const ofSet = (set: string, numbers: readonly number[]) =>
    numbers.map((n) => (first.get(set) ?? 0) + n);

  const joined = ({ join, count, each = 1, zipf }: ClientGroup) => {
    const set = join === undefined ? undefined : scenario.channels[join];
    return join === undefined || !set
      ? [[]]
      : spread(count, set.count, each, zipf).map((numbers) => ofSet(join, numbers));
  };
  return planSchema.parse({
    version: 1,
    target: {
      websocket: websocketUrl,
      api: apiUrl,
      ...(ca === undefined ? {} : { ca }),
      appId: main.id,
      key: main.key,
      ...(sources ? { sources: [...sources] } : {}),
    },
    channels,
    clients: Object.entries(scenario.clients).map(([name, group]) => ({
      name,
      count: group.count,
      perSecond: group.connect,
      channels: joined(group),
      ...(group.whisper
        ? { whispers: { perSecond: group.whisper.rate, bytes: group.whisper.bytes } }
        : {}),
      ...(group.slow ? { slow: { pauseMs: group.slow.pause, everyMs: group.slow.every } } : {}),
      ...(group.authorize && sale ? { authorize: sale.authorize } : {}),
      ...(group.visits ? { visits: { stayMs: group.visits.stay, awayMs: group.visits.away } } : {}),
    })),
    publishers: scenario.publish.map((publisher) => ({
      perSecond: publisher.rate,
      channels: ofSet(publisher.to, [...Array(scenario.channels[publisher.to]?.count ?? 0).keys()]),
      ...("bid" in publisher ? bidding(lot(publisher.to), publisher.bid) : publishing(publisher)),
    })),
    phases: scenario.phases.map(({ name, for: length, rate, measured, drop }) => ({
      name,
      seconds: length / 1000,
      rate,
      measured,
      ...(drop === undefined ? {} : { drop }),
    })),
    ...(scenario.reconnect ? { reconnect: { afterMs: scenario.reconnect.after } } : {}),
    settleMs: scenario.settle,
    objectives: scenario.objectives.map(inPlan),
  });
}

/** What to trust at either endpoint, in one text: a plan has one. */
export function authorities(...pem: readonly (string | undefined)[]): string | undefined {
  const all = new Set(pem.flatMap((text) => text ?? []));
  return all.size > 0 ? [...all].join("\n") : undefined;
}

/** How many connections a scenario is. */
export function connectionsOf({ clients }: LoadScenario): number {
  return Object.values(clients).reduce((sum, { count }) => sum + count, 0);
}

function publishing({ event, bytes, template, batch }: EventPublishing) {
  return {
    event,
    bytes: bytes ?? template?.length ?? 0,
    ...(template === undefined ? {} : { template }),
    ...(batch === undefined ? {} : { batch }),
  };
}

/** The application publishes each bid; how long its event is, is its own affair. */
function bidding({ event, bid }: Lot, step: number) {
  return { event, bytes: 0, request: { ...bid, step } };
}

/** `rooms` of 200 private channels: `private-rooms-0` to `private-rooms-199`. */
/** Throws `CannotRun` where the target's file names headers or a client certificate. */
function refuseAsking({ headers, websocket, api }: Partial<Asking>): void {
  if (!headers && (websocket?.certificate ?? api?.certificate) === undefined) return;
  throw new CannotRun(
    `a load sends no ${headers ? "headers" : "client certificate"} of a target file; ` +
      "give it a way in that asks for none",
  );
}

function namesOf(set: string, prefix: string, count: number): string[] {
  const name = `${prefix}${set}`;
  return count === 1 ? [name] : Array.from({ length: count }, (_, i) => `${name}-${i}`);
}

/** As the plan has it: k6 makes a threshold of it. */
function inPlan({ figure, operation, value }: Objective): PlannedObjective {
  return "quantile" in figure
    ? { metric: figure.of, quantile: figure.quantile, operation, value }
    : { metric: figure.of, operation, value };
}
