/** What a thing does when it is asked one thing at a time: the model that histories are held against. */
import type { Operation } from "./history.ts";

/** A version rises with every change, so a step that leaves it has changed nothing. */
export interface Model<State extends { readonly version: number }> {
  readonly initial: State;
  /** The state after an operation that had this answer, or undefined when it cannot have. */
  step(state: State, operation: Operation): State | undefined;
  /**
   * False when the operation has no place after this state any more, nor after any that can follow:
   * the search turns back at once instead of trying every order of what comes before.
   */
  isPossible(state: State, operation: Operation): boolean;
  /** Of several operations that could be next, the one with the least is tried first. */
  rank(operation: Operation): number;
  /** What there is to be seen of a state. */
  asSeen(state: State): Params;
  /** Equal states have equal keys. */
  key(state: State): string;
}

/** What somebody said a state was; what he did not say is undefined. */
export interface Params {
  readonly version?: number | undefined;
  readonly bidCount?: number | undefined;
  readonly status?: string | undefined;
  readonly price?: number | undefined;
  readonly reserveMet?: boolean | undefined;
  /** What there is of what is counted, by the names of the application file. */
  readonly quantities?: Readonly<Record<string, number>> | undefined;
}

/** Whether what was said is so; what is not known of the state cannot be wrong. */
export function fits(params: Params, is: Params): boolean {
  const agrees = <T>(one: T | undefined, other: T | undefined) =>
    one === undefined || other === undefined || one === other;
  return agrees(params.version, is.version) && agrees(params.bidCount, is.bidCount) &&
    agrees(params.status, is.status) && agrees(params.price, is.price) &&
    agrees(params.reserveMet, is.reserveMet) &&
    Object.entries(params.quantities ?? {}).every(([name, count]) =>
      agrees(count, is.quantities?.[name])
    );
}
