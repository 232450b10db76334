/** What a state machine makes of a command: the next state and what happened, or a reason why not. */
export type Decision<State, Event> =
  | { readonly ok: true; readonly state: State; readonly event: Event }
  | { readonly ok: false; readonly refusal: Refusal };

/** Why a command changes nothing; `code` is for programs, `message` for people. */
export interface Refusal {
  readonly code:
    | "not_pending"
    | "not_live"
    | "below_minimum"
    | "too_early"
    | "another_is_live"
    | "illegal_transition"
    | "already";
  readonly message: string;
  /** What a bid must be at least, where it was too low. */
  readonly minimumBid?: number;
}

export const agreed = <State, Event>(state: State, event: Event): Decision<State, Event> => ({
  ok: true,
  state,
  event,
});

export const refused = (
  code: Refusal["code"],
  message: string,
  more: { readonly minimumBid?: number } = {},
): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal: { code, message, ...more },
});
