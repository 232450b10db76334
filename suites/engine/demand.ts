/**
 * What scenarios ask of a target before they run: connections, messages, and what other users of the
 * same server would notice. Each verb says its own share beside its `run`; a number that is only
 * known when the step runs, such as `$app.maxConnections`, counts as one.
 */
import type { Scenario, Step } from "./scenario.ts";

/** How many rounds a repeated scenario runs. */
export type Depth = "quick" | "full";

/** Counts, each of them at least. */
export interface Demand {
  /** Connections opened, one after the other or at once. */
  readonly connections: number;
  /**
   * Events published through the API, client events sent, and deliveries that a step waits for. The
   * hosted service counts publishes and deliveries alike
   * (https://pusher.com/docs/channels/library_auth_reference/rest-api/#publishing-events).
   */
  readonly messages: number;
  /** Floods of pings or requests, and apps whose every free slot is taken. */
  readonly floods: number;
  /** How often a server is ended or started again. */
  readonly restarts: number;
  /** Calls that end all connections of a user. */
  readonly terminations: number;
}

/** A step's parameters as written, its surroundings, and how many clients a name stands for. */
export interface Turn {
  readonly depth: Depth;
  clients(name: unknown): number;
}

const NOTHING: Demand = {
  connections: 0,
  messages: 0,
  floods: 0,
  restarts: 0,
  terminations: 0,
};

/** A count as written: a number, one for each depth, or a name that is filled in later. */
export function many(written: unknown, { depth }: Pick<Turn, "depth">): number {
  if (typeof written === "number") return written;
  if (typeof written !== "object" || written === null) return 1;
  const chosen = (written as Partial<Record<Depth, unknown>>)[depth]; // a mapping by depth, or none
  return typeof chosen === "number" ? chosen : 1;
}

/** What one scenario asks, told once. */
export function demandOf(scenario: Pick<Scenario, "steps" | "clients">, depth: Depth): Demand {
  const turn: Turn = {
    depth,
    clients: (name) => typeof name === "string" ? scenario.clients[name]?.count ?? 1 : 1,
  };
  return total(scenario.steps.map((step) => ofStep(step, turn)));
}

export function total(demands: readonly Demand[]): Demand {
  return demands.reduce((sum, one) => combine(sum, one, (a, b) => a + b), NOTHING);
}

function combine(a: Demand, b: Demand, of: (a: number, b: number) => number): Demand {
  return {
    connections: of(a.connections, b.connections),
    messages: of(a.messages, b.messages),
    floods: of(a.floods, b.floods),
    restarts: of(a.restarts, b.restarts),
    terminations: of(a.terminations, b.terminations),
  };
}

function ofStep(step: Step, turn: Turn): Demand {
  if (step.kind !== "action") {
    const times = step.kind === "repeat" ? step.times[turn.depth] : 1;
    return repeated(total(step.steps.map((inner) => ofStep(inner, turn))), times);
  }
  const { asks } = step.verb;
  if (!asks) return NOTHING;
  const { params } = step;
  const once = { ...NOTHING, ...asks(params as Record<string, unknown>, turn) }; // the language lets only mappings pass
  return repeated(once, step.actor === "" ? 1 : turn.clients(step.actor));
}

const repeated = (demand: Demand, times: number): Demand =>
  combine(demand, NOTHING, (one) => one * times);
