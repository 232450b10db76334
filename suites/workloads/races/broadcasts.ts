/**
 * Whether what was broadcast of a lot or an order is what happened to it: one event for each
 * transition, none for one that did not happen, an id for each, and an event that comes twice is
 * the same event.
 */

/** An event as somebody who listened from the beginning received it. */
export interface Params {
  readonly name: string;
  readonly version: number;
  /** The event's own id, where the application gives one. */
  readonly id: string | undefined;
  readonly seq: number;
}

export interface Discord {
  readonly message: string;
  readonly quotes: readonly number[];
}

/**
 * `first` is the version before any of the events, `last` the version that is read once all is
 * settled. Undefined when all is well.
 */
export function onePerTransition(
  params: readonly Params[],
  first: number,
  last: number,
): Discord | undefined {
  const unversioned = params.filter(({ version }) => !Number.isInteger(version));
  if (unversioned.length > 0) {
    return {
      message: `${unversioned.length} events had no whole number where the application file says ` +
        "their version is",
      quotes: unversioned.map(({ seq }) => seq),
    };
  }
  const byVersion = Map.groupBy(params, ({ version }) => version);
  for (let version = first + 1; version <= last; version++) {
    if (!byVersion.has(version)) {
      return {
        message: `nothing was told of version ${version}, though the state is at ${last}`,
        quotes: params.map(({ seq }) => seq),
      };
    }
  }
  for (const [version, events] of byVersion) {
    const quotes = events.map(({ seq }) => seq);
    if (version > last || version <= first) {
      return { message: `version ${version} was told of, though the state is at ${last}`, quotes };
    }
    const different = new Set(events.map(({ id, name }) => `${name} ${id}`));
    if (events.length > 1 && (different.size > 1 || events.some(({ id }) => id === undefined))) {
      return { message: `version ${version} was told of by ${events.length} events`, quotes };
    }
  }
  const byId = Map.groupBy(params.filter(({ id }) => id !== undefined), ({ id }) => id);
  for (const [id, events] of byId) {
    const versions = new Set(events.map(({ version }) => version));
    if (versions.size > 1) {
      return {
        message: `the events of versions ${[...versions].join(", ")} have one id, ${id}`,
        quotes: events.map(({ seq }) => seq),
      };
    }
  }
  return undefined;
}

/** Where one worker after the other serves an aggregate, versions arrive in their order. */
export function rising(params: readonly Params[]): Discord | undefined {
  for (const [at, event] of params.entries()) {
    const before = params[at - 1];
    const isAgain = params.slice(0, at).some(({ id }) => id !== undefined && id === event.id);
    if (before !== undefined && event.version <= before.version && !isAgain) {
      return {
        message: `version ${event.version} arrived after version ${before.version}`,
        quotes: [before.seq, event.seq],
      };
    }
  }
  return undefined;
}
