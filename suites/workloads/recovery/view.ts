/**
 * What a page knows of a lot, a sale or an order: a fold over the events it received and the states
 * it fetched. An event whose version is not above the one known is discarded, one that leaves a gap
 * asks for the state, and a state that is older than what is known changes nothing.
 */

/** The values that both events and states carry, as far as each does. */
export type Values = Readonly<Record<string, unknown>>;

export interface View {
  readonly version: number;
  readonly values: Values;
}

/** What became of something that arrived. */
export type Happened =
  /** It was the next version, or the state: it is known now. */
  | "applied"
  /** Its version was known already: an event again, or an old one. */
  | "discarded"
  /** Versions between are missing: the event is known, and the state is asked for. */
  | "gap";

export const NOTHING: View = { version: -1, values: {} };

export interface Change {
  readonly view: View;
  readonly happened: Happened;
}

/** An event arrives. Before any state is known, it leaves a gap as well. */
export function withEvent(view: View, version: number, values: Values): Change {
  if (version <= view.version) return { view, happened: "discarded" };
  const next = { version, values: { ...view.values, ...values } };
  return { view: next, happened: version === view.version + 1 ? "applied" : "gap" };
}

/** A state that was fetched arrives. One of the version that is known fills in what events left out. */
export function withState(view: View, version: number, values: Values): Change {
  return version < view.version
    ? { view, happened: "discarded" }
    : { view: { version, values: { ...view.values, ...values } }, happened: "applied" };
}

/** What an event says of the state it led to, by the names that states use. */
export function valuesOf(event: string, read: Values): Values {
  const { amount, bidCount, reserveMet, status, price } = read;
  const params: Record<string, unknown> = { bidCount, reserveMet, status, price };
  if (event === "BidPlaced") params.price = amount;
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}
