/** Who listens in derived scenarios: people who may hear an event, and read what it tells of. */
import { GUEST } from "../language/resource.ts";
import { type Cast, isClosed } from "./cast.ts";

/** Somebody who may hear an event and read what it tells of, the reader first; undefined: nobody. */
export function hearerOf(
  event: string,
  { resource, reader, everybody, isOneOf }: Cast,
): string | undefined {
  const { channel } = resource.events[event] ?? {};
  if (channel === undefined) return undefined;
  const mayHear = (who: string) =>
    !isClosed(channel) || isOneOf(who, resource.channels[channel] ?? []);
  return [reader, ...everybody].find((who) =>
    who !== GUEST && isOneOf(who, resource.read.by) && mayHear(who)
  );
}

/** Those who hear the events that tell of any of these, each once, the reader first. */
export function hearersOf(transitions: readonly string[], cast: Cast): readonly string[] {
  const { reader, resource: { events } } = cast;
  const hearers = Object.entries(events)
    .filter(([, { after }]) => after.some((one) => transitions.includes(one)))
    .flatMap(([event]) => hearerOf(event, cast) ?? []);
  const several = [...new Set(hearers)];
  return [reader, ...several].filter((who, at, all) =>
    several.includes(who) && all.indexOf(who) === at
  );
}
