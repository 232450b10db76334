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
  /** How many had joined its channel before: who joined as one of them is owed the event. */
  readonly joins: number;
  readonly channel: number;
  /** Of the run: 0 is the ramp. */
  readonly phase: number;
  readonly intended: Nanos;
  readonly whisper: boolean;
  expected: number;
  outcome: Outcome;
  /** Deliveries in its settling time, and after it. */
  delivered: number;
  late: number;
  /** When it came first and last. */
  first: Nanos;
  last: Nanos;
  /** Whether an earlier event of its stream was still unanswered when it was sent. */
  readonly overlapping: boolean;
  /** Its sender hung up right behind it. */
  cut: boolean;
}

export interface Issue {
  readonly stream: number;
  readonly channel: number;
  readonly phase: number;
  readonly intended: Nanos;
  /** A client event has no answer, and none of it is owed to its sender. */
  readonly whisper: boolean;
}

/** Who leaves which channel, as which of all that have joined it. */
export interface Leaving {
  readonly channel: number;
  readonly join: number;
  readonly has: (event: Publication) => boolean;
  readonly isOwn: (stream: number) => boolean;
  readonly fresh: Nanos;
}

interface Stream {
  next: number;
  unanswered: number;
  readonly open: Map<number, Publication>;
  /** Those that were settled as refused. */
  readonly refused: Set<number>;
  /** Client events that went with their sender. */
  readonly forgotten: Set<number>;
  /** The first event after each join: what was sent before is owed to nobody who joined then. */
  readonly starts: { readonly joins: number; readonly sequence: number }[];
}

/** What a delivery is to the counts: of an event that is still open, of one that is settled, of none. */
export type Standing = "open" | "settled" | "forgotten" | "refused" | "unknown";

export class Ledger {
  readonly members: number[];
  /** How many have ever joined each channel. */
  readonly #joins: number[];
  readonly #streams = new Map<number, Stream>();
  /** Of the latest delivery: in a broadcast to thousands, nearly always the next one's. */
  #latest: Publication | undefined;

  constructor(channels: number) {
    this.members = new Array(channels).fill(0);
    this.#joins = new Array(channels).fill(0);
  }

  /** Enters an event that is about to be sent. */
  issue({ stream, channel, phase, intended, whisper }: Issue): Publication {
    const own = this.#stream(stream);
    const joins = this.#joins[channel] ?? 0;
    const sequence = own.next++;
    if (own.starts.at(-1)?.joins !== joins) own.starts.push({ joins, sequence });
    const event: Publication = {
      stream,
      sequence,
      joins,
      channel,
      phase,
      intended,
      whisper,
      expected: (this.members[channel] ?? 0) - (whisper ? 1 : 0),
      outcome: whisper ? "accepted" : "waiting",
      delivered: 0,
      late: 0,
      first: 0,
      last: 0,
      overlapping: own.unanswered > 0,
      cut: false,
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
          refused: new Set(),
          forgotten: new Set(),
          starts: [],
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

  /** Makes somebody a member, from its next event on; returns which one it is. */
  join(channel: number): number {
    this.members[channel] = (this.members[channel] ?? 0) + 1;
    return this.#joins[channel] = (this.#joins[channel] ?? 0) + 1;
  }

  /** The first event of a stream that is owed to the member that joined so. */
  owedFrom(stream: number, join: number): number {
    const starts = this.#streams.get(stream)?.starts ?? [];
    let low = 0, high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle]?.joins ?? 0) < join) low = middle + 1;
      else high = middle;
    }
    return starts[low]?.sequence ?? Infinity;
  }

  /**
   * Takes a member off, of its own will: what is on its way to it is owed no more, and of its own
   * client events it was owed none. Those that it sent from `fresh` on may go with it.
   */
  leave({ channel, join, has, isOwn, fresh }: Leaving): void {
    this.members[channel] = (this.members[channel] ?? 0) - 1;
    for (const event of this.#open()) {
      if (isOwn(event.stream)) event.cut ||= event.intended >= fresh;
      else if (event.channel === channel && event.joins >= join && !has(event)) event.expected--;
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

  /** Enters one delivery, and says what its event is by now. */
  deliver(stamp: Stamp, at: Nanos, late: boolean): Standing {
    const event = this.find(stamp);
    if (!event) {
      const stream = this.#streams.get(stamp.stream);
      if (!stream || stamp.sequence >= stream.next) return "unknown";
      if (stream.forgotten.has(stamp.sequence)) return "forgotten";
      return stream.refused.has(stamp.sequence) ? "refused" : "settled";
    }
    if (came(event) === 0) event.first = at;
    event.last = at;
    event[late ? "late" : "delivered"]++;
    return "open";
  }

  /**
   * Counts and forgets the events intended before an instant; tells of deliveries that have not come.
   * An event that waits for its answer stays, but at the end (`Infinity`).
   */
  settle(
    before: Nanos,
    tallyOf: (phase: number) => Tally,
    missing: (event: Publication, deliveries: number) => void = () => {},
  ): void {
    for (const { open, refused, forgotten } of this.#streams.values()) {
      for (const event of open.values()) {
        if (event.intended >= before) continue;
        if (event.outcome === "waiting" && before < Infinity) continue;
        open.delete(event.sequence);
        if (event === this.#latest) this.#latest = undefined;
        if (isGone(event)) {
          forgotten.add(event.sequence);
          continue;
        }
        settle(event, tallyOf(event.phase));
        if (event.outcome === "refused") refused.add(event.sequence);
        else if (came(event) < event.expected) missing(event, event.expected - came(event));
      }
    }
  }

  /** Whether an answer or a delivery is still owed. */
  get outstanding(): boolean {
    for (const event of this.#open()) {
      const { outcome, expected } = event;
      if (isGone(event)) continue;
      if (outcome === "waiting" || outcome !== "refused" && came(event) < expected) return true;
    }
    return false;
  }
}

/** Deliveries in its time and after it. */
const came = ({ delivered, late }: Publication) => delivered + late;

/**
 * Whether a client event went with its sender and came to nobody. A line that is closed with something
 * unread is reset, and takes along what the server had not read yet (RFC 1122, 4.2.2.13): that is owed
 * to nobody.
 */
const isGone = (event: Publication) => event.cut && came(event) === 0;

/** Counts one event, and what is owed of it; its deliveries have been counted as they came. */
function settle(event: Publication, tally: Tally): void {
  const { counts } = tally;
  if (event.outcome === "refused") {
    counts.refused++;
    // It should not have come at all.
    counts.delivered -= event.delivered;
    counts.late -= event.late;
    counts.unexpected += came(event);
    return;
  }
  counts[event.outcome === "accepted" ? "accepted" : "unanswered"]++;
  counts.expected += event.expected;
  counts.lost += event.expected - came(event);
  if (event.outcome !== "accepted" || came(event) === 0 || event.whisper) return;
  tally.record("first", event.first - event.intended);
  // Where some are missing, its last delivery is not known.
  if (came(event) >= event.expected) tally.record("last", event.last - event.intended);
}
