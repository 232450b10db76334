/**
 * A small load report with one of everything, for the tests of its page and summaries: a missed and
 * an unknown objective, lost deliveries, resources, and a target that writes hostile text.
 */
import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import type { LoadReport } from "../../suites/record/load/report.ts";
import { NO_COUNTS } from "../../suites/record/load/measurements.ts";
import { HOSTILE } from "./sample.ts";

type Measurements = LoadReport["load"]["measurements"];
type Phase = Measurements["phases"][number];

/** A histogram as the engines write it, of so many latencies spread evenly up to the longest. */
export function histogramOf(count: number, longestMs: number): string {
  const histogram = build({
    numberOfSignificantValueDigits: 3,
    highestTrackableValue: 120_000_000,
  });
  for (let at = 1; at <= count; at++) {
    histogram.recordValue(Math.round(1000 * longestMs * at / count));
  }
  return encodeIntoCompressedBase64(histogram);
}

const phases: Phase[] = [
  {
    name: "ramp",
    seconds: 2.5,
    measured: true,
    counts: NO_COUNTS,
    latencies: {
      connect: histogramOf(500, 12),
      handshake: histogramOf(500, 4),
      subscribe: histogramOf(499, 8),
    },
  },
  {
    name: "warm-up",
    seconds: 2,
    measured: false,
    counts: { ...NO_COUNTS, expected: 2000, delivered: 2000, accepted: 4 },
    latencies: { answer: histogramOf(4, 3), delivery: histogramOf(2000, 70) },
  },
  {
    name: `auction ${HOSTILE}`,
    seconds: 5,
    measured: true,
    counts: {
      ...NO_COUNTS,
      expected: 5000,
      delivered: 4999,
      lost: 1,
      duplicated: 3,
      accepted: 10,
      refused: 1,
      unanswered: 2,
    },
    latencies: {
      answer: histogramOf(10, 5),
      delivery: histogramOf(4999, 80),
      first: histogramOf(10, 6),
      last: histogramOf(9, 80),
    },
  },
];

function interval(second: number): Measurements["intervals"][number] {
  const sends = second >= 3;
  return {
    second,
    phase: second < 3 ? "ramp" : second < 5 ? "warm-up" : "auction",
    standing: Math.min(499, 200 * (second + 1)),
    delivered: sends ? 1000 : 0,
    p50: sends ? 40_000 : 0,
    p99: sends ? 79_000 : 0,
    max: sends ? 80_000 : 0,
    cpu: 0.2,
    rss: 60_000_000,
  };
}

const resources: NonNullable<LoadReport["resources"]> = {
  startedAt: "2026-05-01T09:59:59.000Z",
  sources: [`process 4711 (${HOSTILE}) and its children`],
  samples: Array.from({ length: 12 }, (_, at) => ({
    at,
    process: {
      cpu: 0.5,
      rss: 50_000_000 + 1_000_000 * at,
      pss: 40_000_000 + 1_000_000 * at,
      descriptors: 20 + 100 * at,
      received: 1000,
      sent: 250_000,
    },
    host: { cpu: 1.1 },
    redis: { memory: 2_000_000, commands: 12 },
    queries: { [`heap ${HOSTILE}`]: 12 * at },
  })),
  restarts: [{ at: 8.5, what: `process 4711 ended, ${HOSTILE}` }],
  memory: {
    idle: 40_000_000,
    peak: 51_000_000,
    released: 44_000_000,
    perConnection: { bytes: 9050, explained: 0.998, samples: 3, connections: 499 },
  },
};

const sample: LoadReport = {
  kind: "load",
  schemaVersion: 1,
  evidence: {
    plumbline: "0.1.0",
    engine: "k6 1.8.1",
    hashes: { scenario: "5ce9a410", plan: "91a4", harness: "4a24e55" },
    machine: {
      os: "linux",
      kernel: "6.1.0",
      arch: "x86_64",
      cpu: "AMD EPYC",
      cores: 2,
      memory: 25_000_000_000,
      deno: "2.9.6",
    },
    startedAt: "2026-05-01T10:00:00.000Z",
    durationMs: 10_500,
    notes: ["Warm-up is not in the figures of the run.", "Slow clients are not timed."],
  },
  target: { name: "sample", title: `Sample ${HOSTILE}` },
  load: {
    scenario: {
      name: "auction",
      title: `One auction ${HOSTILE}`,
      file: "scenarios/load/auction.yaml",
      published: {
        source: "Somebody’s table",
        rows: [
          { figure: "delivery p95", value: "65ms" },
          { figure: "connections", value: "10,000" },
          { figure: "events a second", value: "2" },
          { figure: "cpu, average", value: "18% of the instance" },
          { figure: "memory, Reverb", value: "about 48 MB" },
          { figure: "memory, Redis", value: "about 78 MB" },
          { figure: "memory, nginx", value: "about 32 MB" },
        ],
      },
    },
    plan: {
      version: 1,
      target: {
        websocket: "ws://127.0.0.1:6001",
        api: "http://127.0.0.1:6001",
        appId: "app-id",
        key: "app-key",
      },
      channels: ["private-auction-7"],
      clients: [{ name: "bidders", count: 500, perSecond: 200, channels: [[0]] }],
      publishers: [{ event: "BidPlaced", perSecond: 2, channels: [0], bytes: 300 }],
      phases: [
        { name: "warm-up", seconds: 2, rate: 1, measured: false },
        { name: `auction ${HOSTILE}`, seconds: 5, rate: 1, measured: true },
      ],
      settleMs: 1000,
    },
    measurements: {
      version: 1,
      engine: "k6",
      startedAt: "2026-05-01T10:00:00.000Z",
      complete: true,
      part: { index: 0, of: 1, machine: 7 },
      connections: { planned: 500, standing: 499, most: 500 },
      phases,
      intervals: Array.from({ length: 10 }, (_, second) => interval(second)),
      generator: {
        cpuSeconds: 1.4,
        maxRss: 60_000_000,
        schedulerDelay: histogramOf(900, 2),
        sendLag: histogramOf(17, 1),
      },
      troubles: [{ what: "subscribe", detail: HOSTILE, first: 0.71, last: 2.3, count: 1 }],
    },
    objectives: [
      { text: "delivery p95 <= 65ms", measured: "76ms", verdict: "missed" },
      { text: "delivered >= 99%", measured: "99.98%", verdict: "met" },
      { text: "recover p99 <= 1s", verdict: "unknown" },
    ],
    generatorBound: [],
    findings: ["1 delivery of 5,000 did not come, at 6.2 s", `closed with ${HOSTILE}`],
  },
  resources,
  exitCode: 99,
};
/** A run that came to its end and missed an objective; to be changed at will. */
export function sampleLoad(): LoadReport {
  return structuredClone(sample);
}

/** The same run, interrupted before it sent anything: much is not known, and nothing was sampled. */
export function interruptedLoad(): LoadReport {
  const { resources: _, ...whole } = sampleLoad();
  const [ramp] = phases;
  return {
    ...whole,
    load: {
      ...whole.load,
      measurements: {
        ...whole.load.measurements,
        complete: false,
        phases: [
          ...(ramp ? [ramp] : []),
          ...phases.slice(1).map((phase) => ({
            ...phase,
            counts: NO_COUNTS,
            latencies: {},
          })),
        ],
        intervals: [interval(0), interval(1)],
        troubles: [],
      },
      objectives: whole.load.objectives.map(({ text }) => ({ text, verdict: "unknown" as const })),
      findings: [],
    },
    exitCode: 105,
  };
}
