/**
 * Events that an application publishes because it was asked to. They carry no stamp: the name, the
 * channel and the number in the data say which one it is, and what was noted when it was asked for
 * says the rest, the same as suites/load/k6/engine/asked.go.
 */
import { valueAt } from "../../applications/answers.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import type { Nanos } from "./clock.ts";
import type { Publication } from "./ledger.ts";
import { machine } from "./machine.ts";
import type { Stamp } from "./stamp.ts";

type Request = NonNullable<LoadPlan["publishers"][number]["request"]>;

/** What an event's stamp would say and its number does not. */
interface Noted {
  readonly phase: number;
  readonly intended: Nanos;
  readonly overlapping: boolean;
}

interface Publisher extends Request {
  readonly stream: number;
  /** By sequence number. */
  readonly noted: Noted[];
}

export class Asked {
  /** By the plan's number of the publisher. */
  readonly #publishers = new Map<number, Publisher>();
  readonly #byEvent = new Map<string, Publisher>();

  /** `streamOf` numbers the stream of a publisher on a channel. */
  constructor(
    { publishers, channels }: LoadPlan,
    streamOf: (publisher: number, channel: number) => number,
  ) {
    for (const [number, { event, channels: [channel = 0], request }] of publishers.entries()) {
      if (!request) continue;
      const publisher = { ...request, stream: streamOf(number, channel), noted: [] };
      this.#publishers.set(number, publisher);
      this.#byEvent.set(key(event, channels[channel]), publisher);
    }
  }

  /** Notes an event of a publisher before it is asked for; returns its number. */
  note(publisher: number, { sequence, phase, intended, overlapping }: Publication): number {
    const known = this.#publishers.get(publisher);
    if (!known) throw new Error(`publisher ${publisher} asks nobody`);
    known.noted[sequence] = { phase, intended, overlapping };
    return known.first + sequence * known.step;
  }

  /**
   * The stamp of an event that came; `undefined` where its kind is not asked for, and `"unknown"`
   * where it is, but not this one.
   */
  find(event: string, channel: string | undefined, data: unknown): Stamp | "unknown" | undefined {
    const publisher = this.#byEvent.get(key(event, channel));
    if (!publisher) return undefined;
    const { stream, field, first, step, noted } = publisher;
    const sequence = (numberOf(valueAt(data, field)) - first) / step;
    const found = noted[sequence];
    return found ? { machine, stream, sequence, ...found } : "unknown";
  }
}

/** Frameworks write decimals as text. */
const numberOf = (value: unknown) =>
  typeof value === "number" || typeof value === "string" && value !== "" ? Number(value) : NaN;

const key = (event: string, channel: string | undefined) => JSON.stringify([event, channel]);
