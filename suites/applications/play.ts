/** Scenarios that are about no resource's life: who plays in them, and what stands before them. */
import { slug } from "../language/parse.ts";
import { GUEST, OWNER } from "../language/resource.ts";
import { type Derived, isClosed, type Step } from "./cast.ts";

/** The client who plays somebody of a role. */
export const clientOf = (who: string): string =>
  who === OWNER || who === GUEST ? who : `a${slug(who)}`;

/** A scenario in which these people, by client and role, are logged in first. */
export function played(
  name: string,
  { id, title, people, channel, steps, more = {} }: {
    readonly id: string;
    readonly title: string;
    readonly people: Readonly<Record<string, string>>;
    /** The channel that its people follow, if any does. */
    readonly channel: string | undefined;
    readonly steps: readonly Step[];
    readonly more?: Partial<Derived>;
  },
): Derived {
  const listens = steps.some((step) => JSON.stringify(step).includes('"follows":'));
  return {
    id: `application/${name}/${id}`,
    title,
    needs: listens && isClosed(channel ?? "")
      ? ["application", "application.authorizeChannel"]
      : ["application"],
    clients: Object.fromEntries(Object.keys(people).map((one) => [one, {}])),
    ...more,
    steps: [
      { together: Object.entries(people).map(([one, role]) => ({ [one]: { isA: role } })) },
      ...steps,
    ],
  };
}

/** Steps in which everybody asks to hear a channel, and those hear it who may. */
export const asksToHear = (
  channel: string,
  everybody: readonly string[],
  hearers: readonly string[],
): Step[] => [
  { together: everybody.map((who) => ({ [clientOf(who)]: "connects" })) },
  ...everybody.map((who) => ({
    [clientOf(who)]: {
      asksToHear: channel,
      ...(hearers.includes(who) ? {} : { is: "refused" }),
      checks: "APP-028",
    },
  })),
];
