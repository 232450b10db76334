/** State machines that are a table: from which state to which others. Pure. */
import { refused } from "./decision.ts";

/** The states that may follow each state. */
export type Steps<State extends string> = Readonly<Record<State, readonly State[]>>;

/** Why a step is not to be made, or undefined where it is. */
export function whyNoStep<State extends string>(
  what: string,
  steps: Steps<State>,
  from: State,
  to: State,
) {
  if (from === to) return refused("already", `The ${what} is ${to} already`);
  const next = steps[from];
  if (next.includes(to)) return undefined;
  return refused(
    "illegal_transition",
    next.length === 0
      ? `The ${what} is ${from}, and nothing follows that`
      : `The ${what} is ${from}; next it can be ${next.join(" or ")}`,
  );
}
