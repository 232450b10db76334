/** A load with fewer people, or with more, that is otherwise the same to each of them. */
import type { LoadScenario } from "./scenario.ts";

/**
 * Multiplies clients, the pace they are dialed at, and channels where there are several; each
 * channel hears as much as before. So what a client sees stays the same, and ten thousand in one
 * auction become a thousand in one auction.
 */
export function scaled(scenario: LoadScenario, factor: number): LoadScenario {
  const times = (count: number) => Math.max(1, Math.round(count * factor));
  const channels = Object.fromEntries(
    Object.entries(scenario.channels).map(([name, set]) => [name, {
      ...set,
      count: set.count === 1 ? 1 : times(set.count),
    }]),
  );
  const countOf = (sets: LoadScenario["channels"], name: string) => sets[name]?.count ?? 1;
  return {
    ...scenario,
    channels,
    clients: Object.fromEntries(
      Object.entries(scenario.clients).map(([name, group]) => [name, {
        ...group,
        count: times(group.count),
        connect: group.connect * factor,
        // Nobody can join more channels than there are left.
        ...(group.join === undefined || group.each === undefined
          ? {}
          : { each: Math.min(group.each, countOf(channels, group.join)) }),
      }]),
    ),
    publish: scenario.publish.map((publisher) => ({
      ...publisher,
      rate: publisher.rate * countOf(channels, publisher.to) /
        countOf(scenario.channels, publisher.to),
    })),
  };
}
