/**
 * What an engine measured of a load plan, as JSON. Measurements of several parts of a plan merge by
 * adding: counts add up, and so do the buckets of histograms; see `part` for the one correction.
 */
import { z } from "zod";

const count = z.int();
/** Seconds since the part was opened. */
const seconds = z.number();
/** HdrHistogram, V2 compressed, base64; three significant digits, in microseconds. */
const histogram = z.string();

/** Latencies, each from an intended instant, so that nothing that stalls can hide its own delay. */
export const LATENCIES = [
  /** The instant a client should have been dialed, until TCP (and TLS) is established. */
  "connect",
  /** From there until `pusher:connection_established`. */
  "handshake",
  /** From there until the application's answer with its signature for a channel, where it signs. */
  "authorize",
  /** `pusher:subscribe` until it succeeded. */
  "subscribe",
  /** The loss of a connection until all its subscriptions are open again. */
  "recover",
  /** The instant an event should have been published, until the answer of the HTTP API or application. */
  "answer",
  /** The same instant, until a subscriber has the event. */
  "delivery",
  /** The same, until the first subscriber has it; of the publishing part's own subscribers. */
  "first",
  /** The same, until the last of them has it; only of events that all of them received. */
  "last",
  /** The instant a client event should have been sent, until a subscriber has it. */
  "whisper",
] as const;

/** The phase before those of the plan. */
export const RAMP = "ramp";

const counts = z.strictObject({
  /**
   * Deliveries that are owed: each event that the server accepted or did not answer, times the
   * members its channel had when it was sent. Always `delivered + lost + late`.
   */
  expected: count,
  /** Those that arrived in their settling time, each once. */
  delivered: count,
  /** Those that arrived after it. */
  late: count,
  /** Those that had not arrived when the run was over. */
  lost: count,
  /** Arrivals of what had arrived before. */
  duplicated: count,
  /** Arrived after one that was sent later, when the earlier had been answered. */
  reordered: count,
  /** So far behind (1,024 events) that nobody can say whether duplicate or late; lost otherwise. */
  ancient: count,
  /** To a client that had not subscribed, or of an event that the server refused: owed to nobody. */
  unexpected: count,
  /** Events that the server accepted, refused, and did not answer: those may have happened. */
  accepted: count,
  refused: count,
  unanswered: count,
});

export const measurementsSchema = z.strictObject({
  version: z.literal(1),
  engine: z.enum(["embedded", "k6"]),
  startedAt: z.iso.datetime(),
  /** False where the run was interrupted, or lost all clients before its phases: it says what was seen. */
  complete: z.boolean(),
  /**
   * Which part of the plan this is. A part cannot know of events of another that none of
   * its clients received: for each stream and each other part, add to `expected` and `lost` the events
   * `accepted` minus those `heard`, times `members` of the stream's channel, which `origins` names.
   * Those of them that are `gone`, and came to no other part either, are owed to nobody.
   */
  part: z.strictObject({
    index: count,
    of: count,
    /** Tells machines apart: latencies are only measured within one. */
    machine: count,
    /** Events that the server did not refuse, by stream of this part. */
    accepted: z.record(z.string(), count).optional(),
    /** Of those, client events that may have gone with their sender: none of its own clients had them. */
    gone: z.record(z.string(), count).optional(),
    /** The channel of each of those streams. */
    origins: z.record(z.string(), count).optional(),
    /** Events, by stream of another part. */
    heard: z.record(z.string(), count).optional(),
    /** By channel: those who stayed from the first phase on. */
    members: z.record(z.string(), count).optional(),
  }),
  /**
   * `standing`: those with all their subscriptions when the last phase had ended; `most`: the most
   * that there were at one time.
   */
  connections: z.strictObject({ planned: count, standing: count, most: count }),
  /**
   * First `RAMP`, in which the clients connect, then the plan's. An event belongs to the phase
   * of its intended instant.
   */
  phases: z.array(z.strictObject({
    name: z.string(),
    seconds,
    measured: z.boolean(),
    counts,
    latencies: z.partialRecord(z.enum(LATENCIES), histogram),
  })),
  /** One a second. `p50`, `p99` and `max` are of its deliveries, in microseconds; 0 where none came. */
  intervals: z.array(z.strictObject({
    second: count,
    phase: z.string(),
    standing: count,
    delivered: count,
    p50: count,
    p99: count,
    max: count,
    /** Cores that the generator used. */
    cpu: z.number(),
    /** Bytes of the generator's memory. */
    rss: count,
  })),
  generator: z.strictObject({
    cpuSeconds: z.number(),
    maxRss: count,
    /** How late its own timers woke it. */
    schedulerDelay: histogram,
    /** An event's intended instant, until it was handed to the kernel. */
    sendLag: histogram,
  }),
  /**
   * What went wrong, each kind once: where, in whose words, when first and last, how often.
   * `missing` are deliveries that were owed and lost: `detail` is the
   * events' name, and the moments are their intended instants.
   */
  troubles: z.array(z.strictObject({
    what: z.string(),
    detail: z.string(),
    first: seconds,
    last: seconds,
    count,
  })),
});

export type LoadMeasurements = z.infer<typeof measurementsSchema>;
export type Counts = z.infer<typeof counts>;

/** Nothing has happened yet. */
export const NO_COUNTS: Readonly<Counts> = {
  expected: 0,
  delivered: 0,
  late: 0,
  lost: 0,
  duplicated: 0,
  reordered: 0,
  ancient: 0,
  unexpected: 0,
  accepted: 0,
  refused: 0,
  unanswered: 0,
};
