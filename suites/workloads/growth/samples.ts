/**
 * What a server keeps of things that are over, told from its process after each of several cycles.
 *
 * Memory never returns to the byte, and a runtime's heap grows in steps before it is collected. So
 * a leak is told by its slope: the median of the slopes between every two cycles (Theil and Sen's
 * estimator), which a few outliers do not bend.
 */
import { delay } from "@std/async";
import { median } from "simple-statistics";
import type { Attempt } from "../../engine/attempt.ts";
import {
  blocked,
  broken,
  done,
  fails,
  type Finding,
  holds,
  type Outcome,
} from "../../engine/verb.ts";
import type { Evidence } from "../../record/evidence.ts";
import { type Footprint, footprintOf } from "../../resources/footprint.ts";
import { isRecord } from "../../wire/frame.ts";

/** The server after one cycle. */
export interface Sample extends Footprint {
  /** Connections, events or channels that came and went so far. */
  readonly count: number;
  /** What was counted, in the singular. */
  readonly of: string;
  /** Bytes that each of them gave the server to keep. */
  readonly bytesEach: number;
  /** Its number in the evidence. */
  readonly seq: number;
}

/** Cycles in which caches fill and code is compiled. */
const WARM_UP_CYCLES = 3;

/**
 * How long a server has for it: a collector that has memory to spare leaves garbage alone for a while.
 * This is not the time in which a target settles what it tells.
 */
const SETTLES_MS = 60_000;

/** So many times what it was after the first cycles needs no more of them to be told. */
const UNMISTAKABLE = 4;

/** Descriptors that come and go with other things than connections: logs, timers, our own calls. */
const SPARE_DESCRIPTORS = 20;

/** Bytes a connection may leave behind before it is called a leak: allocators do not give all back. */
const SPARE_BYTES = 1024;

/** The smallest growth over a whole run, relative to its beginning, that tells from noise. */
const LEAST_GROWTH = 0.1;

/** One cycle: `each` things come and go, and are numbered from `first` on. */
export type Cycle = (first: number) => Promise<void>;

/** What is counted, how many of it come and go in a cycle, and how many bytes each gives the server. */
export interface Counted {
  readonly of: string;
  readonly each: number;
  readonly bytesEach: number;
}

/**
 * Runs the cycles, and measures the server's process after each. Where memory has grown, it goes on
 * for a while: allocators and collectors settle, a leak never does.
 */
export async function measureCycles(
  attempt: Attempt,
  cycles: number,
  { of, each, bytesEach }: Counted,
  cycle: Cycle,
): Promise<Outcome> {
  const pid = attempt.target.server?.pid;
  if (pid === undefined) return broken("Plumbline did not start this server");
  const before = await footprintOf(pid);
  if (!before) return broken("the server's process can be measured on Linux only");
  const samples: Sample[] = [];
  let isRestful = true;
  const over = performance.now() + SETTLES_MS;
  const isEnough = (number: number) =>
    number > cycles &&
    (performance.now() > over || isUnmistakable(samples) ||
      !growthOf({ samples, cycles })?.isLarger);
  for (let number = 1; !isEnough(number); number++) {
    await cycle((number - 1) * each);
    // What did not come to rest once will hardly do so after each cycle: only the last one waits again.
    const waitMs = isRestful || number === cycles ? attempt.deadlineMs : 0;
    const measured = await measureAtRest(pid, before.descriptors, waitMs);
    if (!measured) return broken("the server's process is gone");
    isRestful &&= isAtRest(measured, before.descriptors);
    const sample = { of, count: number * each, bytesEach, ...measured };
    const detail = JSON.stringify(sample);
    const { seq } = attempt.log.add({ kind: "server", what: "measured", detail });
    samples.push({ ...sample, seq });
  }
  return done([], { samples, cycles });
}

/** What was measured after each cycle, of as many as were asked for, or more. */
export interface Measured {
  readonly samples: readonly Sample[];
  readonly cycles: number;
}

/** The samples to judge by: without the first few, and of many the second half. */
const settled = ({ samples, cycles }: Measured): readonly Sample[] =>
  samples.slice(WARM_UP_CYCLES).slice(
    -Math.max(cycles - WARM_UP_CYCLES, Math.floor(samples.length / 2)),
  );

const isAtRest = ({ descriptors }: Footprint, atRest: number): boolean =>
  descriptors <= atRest + SPARE_DESCRIPTORS;

/** Measures once the descriptors are back where they were, or will not come back. */
async function measureAtRest(pid: number, atRest: number, deadlineMs: number) {
  const over = performance.now() + deadlineMs;
  for (;;) {
    const measured = await footprintOf(pid);
    if (!measured || isAtRest(measured, atRest) || performance.now() > over) return measured;
    await delay(100);
  }
}

/** What the scenario's cycles left in its evidence. */
export function measuredIn(events: readonly Evidence[]): Measured {
  const measured = events.findLast((event) =>
    event.kind === "step-end" && Array.isArray(event.facts?.samples)
  );
  const { samples, cycles } = (measured?.kind === "step-end" ? measured.facts : undefined) ?? {};
  return Array.isArray(samples) && typeof cycles === "number"
    ? { samples: samples.filter(isSample), cycles }
    : { samples: [], cycles: 0 };
}

function isSample(value: unknown): value is Sample {
  return isRecord(value) && typeof value.count === "number" && typeof value.of === "string" &&
    typeof value.bytesEach === "number" && typeof value.memoryBytes === "number" &&
    typeof value.descriptors === "number" && typeof value.seq === "number";
}

/** Bytes that each leaves behind: the median slope between every two samples. */
export function bytesLeftBehind(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((one, index) =>
    samples.slice(index + 1).map((other) =>
      (other.memoryBytes - one.memoryBytes) / (other.count - one.count)
    )
  );
  return median(slopes);
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const isUnmistakable = (samples: readonly Sample[]): boolean => {
  const [first, last] = [samples[WARM_UP_CYCLES], samples.at(-1)];
  return first !== undefined && last !== undefined &&
    last.memoryBytes > UNMISTAKABLE * first.memoryBytes;
};

/**
 * Whether the second half still grows about as fast as the whole did: a heap that fills its room does
 * so ever more slowly, a leak does not.
 */
function growsSteadily(samples: readonly Sample[], bytesEachInAll: number): boolean {
  const end = samples.slice(Math.floor(samples.length / 2));
  return end.length > 1 && bytesLeftBehind(end) > bytesEachInAll / 2;
}

/** Whether memory is at no time in the second half as low as it was in the first. */
function neverFalls(samples: readonly Sample[]): boolean {
  const lowest = (some: readonly Sample[]) => Math.min(...some.map((one) => one.memoryBytes));
  const middle = Math.ceil(samples.length / 2);
  return lowest(samples.slice(middle)) > lowest(samples.slice(0, middle));
}

interface Growth {
  readonly first: Sample;
  readonly last: Sample;
  /** Things that came and went between the two. */
  readonly count: number;
  /** Bytes that each of them leaves behind in the end. */
  readonly left: number;
  /** It is larger than it was: a heap that fills its room, or a leak. */
  readonly isLarger: boolean;
  /** It goes on growing as it did: a leak. */
  readonly isSteady: boolean;
}

function growthOf(measured: Measured): Growth | undefined {
  const samples = settled(measured);
  const [first, last] = [measured.samples[WARM_UP_CYCLES], samples.at(-1)];
  if (!first || !last || samples.length < 2) return undefined;
  const left = bytesLeftBehind(samples);
  const count = last.count - first.count;
  return {
    ...{ first, last, count, left },
    // Of what each gave the server, less than half is garbage that waits for its collector.
    isLarger: left > Math.max(SPARE_BYTES, first.bytesEach / 2) &&
      left * count > LEAST_GROWTH * first.memoryBytes && neverFalls(samples),
    isSteady: growsSteadily(samples, (last.memoryBytes - first.memoryBytes) / count),
  };
}

/** Whether memory stays where it was once caches have filled. */
export function judgeMemory(measured: Measured): Finding {
  const growth = growthOf(measured);
  if (!growth) return blocked("the server was not measured");
  const { first, last, count, left, isLarger, isSteady } = growth;
  const said = `over ${count} ${first.of}s its memory went from ${
    megabytes(first.memoryBytes)
  } to ${megabytes(last.memoryBytes)}, in the end by ${
    Math.round(left)
  } bytes for each ${first.of}`;
  const quotes = [first.seq, last.seq];
  return isLarger && isSteady ? fails(said, quotes, "memory is kept") : holds(said, quotes);
}

/** Whether descriptors are given back. */
export function judgeDescriptors(measured: Measured): Finding {
  const samples = settled(measured);
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || first === last) return blocked("the server was not measured");
  const said = `it had ${first.descriptors} descriptors open, and ${last.descriptors} after ${
    last.count - first.count
  } more ${first.of}s had ended`;
  const quotes = [first.seq, last.seq];
  return last.descriptors > first.descriptors + SPARE_DESCRIPTORS
    ? fails(said, quotes, "descriptors are kept")
    : holds(said, quotes);
}
