/** A small report of a search for a capacity, with one of everything and a target that writes hostile text. */
import { fitScaling } from "../../suites/capacity/scaling.ts";
import { law } from "../../suites/record/capacity/scaling_law.ts";
import type { Trial } from "../../suites/record/capacity/trial.ts";
import type { CapacityReport } from "../../suites/record/capacity/report.ts";
import { sampleLoad } from "./load_sample.ts";
import { HOSTILE } from "./sample.ts";

function trial(load: number, change: Partial<Trial> = {}): Trial {
  const deliveries = law(load / 100, 200, 0.05, 0.001);
  return {
    load,
    outcome: "met",
    reasons: [],
    connections: { planned: load, standing: load },
    events: 2,
    deliveries,
    expected: load * 20,
    delivered: load * 20,
    latency: { p50: load / 50, p95: load / 25, p99: load / 20 },
    cpu: load / 1000,
    memory: 40e6 + load * 15e3,
    broken: [],
    ...change,
  };
}

export function sampleCapacity(): CapacityReport {
  const { evidence, target } = sampleLoad();
  const missed = {
    outcome: "missed",
    reasons: ["delivery p95 <= 65ms: 70ms"],
    broken: [
      { what: "descriptors", text: `it said ${HOSTILE}` },
      { what: "latency", text: "delivery p95 <= 65ms: 70ms" },
    ],
  } as const;
  const trials = [
    trial(200),
    trial(400),
    trial(800),
    trial(1600, { ...missed, reasons: [...missed.reasons], broken: [...missed.broken] }),
    trial(800, { outcome: "generator", reasons: ["generator-bound: its timers woke it late"] }),
  ];
  const scaling = fitScaling(
    trials.slice(0, 4).map(({ load, deliveries }) => ({ load, throughput: deliveries })),
  );
  return {
    kind: "capacity",
    schemaVersion: 1,
    complete: true,
    evidence,
    target,
    scenario: { name: "auction", title: `An auction ${HOSTILE}`, file: "scenarios/auction.yaml" },
    dimension: "connections",
    objectives: ["delivery p95 <= 65ms"],
    search: { from: 200, max: 10_000, repeats: 1 },
    trials,
    result: {
      kind: "found",
      highest: { load: 800, runs: 1, met: 1, unknown: 1, verdict: "met" },
      beyond: { load: 1600, runs: 1, met: 0, unknown: 0, verdict: "missed" },
    },
    broken: [...missed.broken],
    knee: 800,
    ...(scaling ? { scaling: { ...scaling, residuals: [...scaling.residuals] } } : {}),
    nodes: {
      users: 5000,
      events: 2,
      deliveries: 10_000,
      needed: 8,
      withSpare: 9,
      utilisation: { all: 0.69, oneDown: 0.78 },
      bound: "connections",
      assumptions: [`nodes are alike ${HOSTILE}`],
    },
    exitCode: 0,
  };
}
