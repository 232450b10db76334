/** What went wrong, each kind once: when first, when last, how often. */
import type { LoadMeasurements } from "../../record/load/measurements.ts";
import { type Nanos, now } from "./clock.ts";

/** Bounds what a hostile server can make this process remember. */
const KINDS = 200;
const DETAIL_LENGTH = 200;

interface Trouble {
  readonly what: string;
  readonly detail: string;
  first: Nanos;
  last: Nanos;
  count: number;
}

export class Troubles {
  readonly #known = new Map<string, Trouble>();

  /** Counts one: where it happened (connect, subscribe, publish, …), and in whose words. */
  note(what: string, said: unknown): void {
    this.add(what, said instanceof Error ? said.message : String(said), now(), 1);
  }

  /** Counts those of one moment; takes off those that turned out to be none, where `count` is negative. */
  add(what: string, detail: string, at: Nanos, count: number): void {
    const trouble = this.#find(what, detail.slice(0, DETAIL_LENGTH), at);
    trouble.first = Math.min(trouble.first, at);
    trouble.last = Math.max(trouble.last, at);
    trouble.count += count;
  }

  #find(what: string, detail: string, at: Nanos): Trouble {
    const key = `${what}\n${detail}`;
    const known = this.#known.get(key);
    if (known) return known;
    if (this.#known.size >= KINDS && detail !== OTHERS) return this.#find(what, OTHERS, at);
    const trouble: Trouble = { what, detail, first: at, last: at, count: 0 };
    this.#known.set(key, trouble);
    return trouble;
  }

  /** In the order of their first moments, in seconds since `opened`. */
  since(opened: Nanos): LoadMeasurements["troubles"] {
    const seconds = (at: Nanos) => (at - opened) / 1e9;
    const some = [...this.#known.values()].filter(({ count }) => count > 0);
    return some.sort((a, b) => a.first - b.first).map((trouble) => ({
      ...trouble,
      first: seconds(trouble.first),
      last: seconds(trouble.last),
    }));
  }
}

const OTHERS = "(and others)";
