/** `@std/async` by way of npm, with the declarations this project uses. */
import * as abortableModule from "npm:deno-std@1.4.0/async/abortable.js";
import * as deadlineModule from "npm:deno-std@1.4.0/async/deadline.js";
import * as delayModule from "npm:deno-std@1.4.0/async/delay.js";
import * as poolModule from "npm:deno-std@1.4.0/async/pool.js";

interface Async {
  abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T>;
  deadline<T>(promise: Promise<T>, ms: number, options?: { signal?: AbortSignal }): Promise<T>;
  delay(ms: number, options?: { signal?: AbortSignal; persistent?: boolean }): Promise<void>;
  pooledMap<T, R>(
    limit: number,
    items: Iterable<T> | AsyncIterable<T>,
    fn: (item: T) => Promise<R>,
  ): AsyncIterableIterator<R>;
}

// The npm package carries no declarations, so the shape above is asserted once, here.
const typed = {
  ...abortableModule,
  ...deadlineModule,
  ...delayModule,
  ...poolModule,
} as unknown as Async;

export const abortable: Async["abortable"] = typed.abortable;
export const deadline: Async["deadline"] = typed.deadline;
export const delay: Async["delay"] = typed.delay;
export const pooledMap: Async["pooledMap"] = typed.pooledMap;
