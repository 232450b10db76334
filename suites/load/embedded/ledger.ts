/**
 * What is owed to whom: which events were published, how many members their channel had at that
 * moment, what the server answered, and what came of them.
 *
 * Joining, leaving and publishing happen one after the other in one thread, so each event is owed
 * to exactly those whose subscription stood when it was sent.
 */
import type { Nanos } from "./clock.ts";
import type { Stamp } from "./stamp.ts";
import type { Tally } from "./tally.ts";

/** `unknown`: no answer came, so it may have happened. */
export type Outcome = "waiting" | "accepted" | "refused" | "unknown";

/** One event that may still be coming. */
export interface Publication {
  readonly stream: number;
  readonly sequence: number;
  /** Counts publications: who joined with a lower one is owed the event. */
  readonly ticket: number;
  readonly channel: number;
  /** Of the run: 0 is the ramp. */
  readonly phase: number;
  readonly intended: Nanos;
  readonly whisper: boolean;
  expected: number;
  outcome: Outcome;
  delivered: number;
  /** When it came first and last. */
  first: Nanos;
  last: Nanos;
  /** Whether an earlier event of its stream was still unanswered when it was sent. */
  readonly overlapping: boolean;
}

export interface Issue {
  readonly stream: number;
  readonly channel: number;
  readonly phase: number;
  readonly intended: Nanos;
  /** A client event has no answer, and none of it is owed to its sender. */
  readonly whisper: boolean;
}

interface Stream {
  next: number;
  unanswered: number;
  readonly open: Map<number, Publication>;
  /** What the server had said to those that were settled and not accepted. */
  readonly disowned: Map<number, Outcome>;
}

export class Ledger {
  readonly members: number[];
  #ticket = 0;
  /** Events intended before this instant are settled. */
  #settled: Nanos = -Infinity;
  readonly #streams = new Map<number, Stream>();
  /** Of the latest delivery: in a broadcast to thousands, nearly always the next one's. */
  #latest: Publication | undefined;

  constructor(channels: number) {
    this.members = new Array(channels).fill(0);
  }

  /** Enters an event that is about to be sent. */
  issue({ stream, channel, phase, intended, whisper }: Issue): Publication {
    const own = this.#stream(stream);
    const event: Publication = {
      stream,
      sequence: own.next++,
      ticket: ++this.#ticket,
      channel,
      phase,
      intended,
      whisper,
      expected: (this.members[channel] ?? 0) - (whisper ? 1 : 0),
      outcome: whisper ? "accepted" : "waiting",
      delivered: 0,
      first: 0,
      last: 0,
      overlapping: own.unanswered > 0,
    };
    own.open.set(event.sequence, event);
    if (!whisper) own.unanswered++;
    return event;
  }

  #stream(stream: number): Stream {
    let own = this.#streams.get(stream);
    if (!own) {
      this.#streams.set(
        stream,
        own = {
          next: 0,
          unanswered: 0,
          open: new Map(),
          disowned: new Map(),
        },
      );
    }
    return own;
  }

  /** Enters what the server said to an event; what is settled stays so. */
  answer(event: Publication, outcome: Outcome): void {
    this.#stream(event.stream).unanswered--;
    event.outcome = outcome;
  }

  /** Makes somebody a member: what has a higher ticket than the one returned is owed to it. */
  join(channel: number): number {
    this.members[channel] = (this.members[channel] ?? 0) + 1;
    return this.#ticket;
  }

  /** Takes a member off, of its own will: what is on its way to it is owed no more. */
  leave(channel: number, ticket: number, has: (event: Publication) => boolean): void {
    this.members[channel] = (this.members[channel] ?? 0) - 1;
    for (const event of this.#open()) {
      if (event.channel === channel && event.ticket > ticket && !has(event)) event.expected--;
    }
  }

  *#open(): Generator<Publication> {
    for (const { open } of this.#streams.values()) yield* open.values();
  }

  /** The event of a stamp, while it may still be coming. */
  find({ stream, sequence }: Stamp): Publication | undefined {
    const latest = this.#latest;
    if (latest && latest.sequence === sequence && latest.stream === stream) return latest;
    const event = this.#streams.get(stream)?.open.get(sequence);
    if (event) this.#latest = event;
    return event;
  }

  /** Counts one delivery; false where its event has been settled before. */
  deliver(stamp: Stamp, at: Nanos): boolean {
    if (stamp.intended < this.#settled) return false;
    const event = this.find(stamp);
    if (!event) return true;
    if (event.delivered++ === 0) event.first = at;
    event.last = at;
    return true;
  }

  /** Counts and forgets the events intended before an instant; tells of deliveries that have not come. */
  settle(
    before: Nanos,
    tallyOf: (phase: number) => Tally,
    missing: (event: Publication, deliveries: number) => void = () => {},
  ): void {
    this.#settled = Math.max(this.#settled, before);
    for (const { open, disowned } of this.#streams.values()) {
      for (const event of open.values()) {
        if (event.intended >= before) continue;
        settle(event, tallyOf(event.phase));
        const { outcome, expected, delivered } = event;
        if (outcome === "accepted" && delivered < expected) missing(event, expected - delivered);
        open.delete(event.sequence);
        if (event.outcome !== "accepted") disowned.set(event.sequence, event.outcome);
        if (event === this.#latest) this.#latest = undefined;
      }
    }
  }

  /** What the server had said to an event that has been settled; another process's is as good as accepted. */
  said({ stream, sequence }: Stamp): Outcome {
    return this.#streams.get(stream)?.disowned.get(sequence) ?? "accepted";
  }

  /** Whether an answer or a delivery is still owed. */
  get outstanding(): boolean {
    for (const { outcome, delivered, expected } of this.#open()) {
      if (outcome === "waiting" || outcome === "accepted" && delivered < expected) return true;
    }
    return false;
  }
}

/** Counts one event, and what came of it; its deliveries have been counted as they came. */
export function settle(event: Publication, tally: Tally): void {
  const { counts } = tally;
  makeUp(counts, event.outcome, event.delivered);
  switch (event.outcome) {
    case "refused":
      counts.refused++;
      return;
    case "waiting":
    case "unknown":
      counts.unanswered++;
      return;
    case "accepted":
      counts.accepted++;
      counts.expected += event.expected;
      if (event.delivered === 0 || event.whisper) return;
      tally.record("first", event.first - event.intended);
      // Where some are missing, its last delivery is not known.
      if (event.delivered >= event.expected) tally.record("last", event.last - event.intended);
  }
}

/** Counts what came of an event that was not accepted, so that it makes up for no other. */
export function makeUp(counts: Tally["counts"], outcome: Outcome, delivered: number): void {
  switch (outcome) {
    case "refused": // it should not have come
      counts.delivered -= delivered;
      counts.unexpected += delivered;
      return;
    case "waiting":
    case "unknown": // what came of it came; nothing was owed
      counts.expected += delivered;
      return;
    case "accepted":
  }
}
