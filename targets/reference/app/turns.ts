/** Doing things one after another, in the order they were asked for. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

export function inTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {}); // its own caller is told
    return mine;
  };
}

/** The same for each name apart; a name nobody waits under takes no room. */
export function inTurnsByName(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const waiting = new Map<string, { turns: Turns; count: number }>();
  return async (name, work) => {
    const entry = waiting.get(name) ?? { turns: inTurns(), count: 0 };
    waiting.set(name, entry);
    entry.count += 1;
    try {
      return await entry.turns(work);
    } finally {
      entry.count -= 1;
      if (entry.count === 0) waiting.delete(name);
    }
  };
}
