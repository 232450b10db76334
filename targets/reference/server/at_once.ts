/** Letting only so many pieces of work run at once; the others wait in the order they came. */
export type AtOnce = <T>(work: () => Promise<T>) => Promise<T>;

/** `most` must be 1 or more. */
export function atOnce(most: number): AtOnce {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => queue.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not given up, so that no latecomer can take it in between.
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
