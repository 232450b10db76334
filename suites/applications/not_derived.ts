/** What a file declares and no scenario asks about, and why. */
import { MAKING, type Resource, type Resources } from "../language/resource.ts";
import { cast } from "./cast.ts";
import { isToldToAll } from "./derive_events.ts";
import { hearerOf } from "./hearers.ts";

/** A line for each part of a resource that comes to nothing. */
export function notDerived(resources: Resources, roles: readonly string[]): string[] {
  return Object.entries(resources).flatMap(([name, resource]) => [
    ...unreached(name, resource, roles),
    ...untold(name, resource, roles),
    ...unmade(name, resource),
  ]);
}

function unreached(name: string, resource: Resource, roles: readonly string[]): string[] {
  const { startOf } = cast(name, resource, roles);
  return Object.entries(resource.transitions)
    .filter(([transition]) => startOf(transition) === undefined)
    .map(([transition, { from }]) =>
      `${name}.${transition}: no transition leads from a new one to ${from.join(" or ")}`
    );
}

function untold(name: string, resource: Resource, roles: readonly string[]): string[] {
  const people = cast(name, resource, roles);
  return Object.entries(resource.events)
    .filter(([event]) => hearerOf(event, people) === undefined)
    .map(([event, { channel }]) =>
      `${name}.${event}: nobody who may read one may hear ${channel}, so that nobody can tell whether it came`
    );
}

function unmade(name: string, { events }: Resource): string[] {
  return Object.entries(events)
    .filter(([, event]) => event.after.includes(MAKING) && !isToldToAll(event))
    .map(([event, { channel }]) =>
      `${name}.${event} after ${MAKING}: nobody can follow ${channel} before there is one`
    );
}
