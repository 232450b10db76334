import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { LoadReport } from "../record/load/report.ts";
import { sampleLoad } from "../../reports/testing/load_sample.ts";
import { EXIT } from "../record/exit_code.ts";
import { measurementsOf } from "../load/testing.ts";
import type { ResourceSample } from "../record/load/resources.ts";
import { trialOf } from "./trial.ts";

/** A run of ten clients in which all went well, but for what is changed. */
function reportOf(
  { load = {}, samples = [], exitCode = EXIT.ok as number }: {
    load?: Partial<LoadReport["load"]>;
    samples?: readonly Omit<ResourceSample, "at">[];
    exitCode?: number;
  } = {},
): LoadReport {
  const measurements = measurementsOf();
  const sample = sampleLoad();
  return {
    ...sample,
    exitCode,
    evidence: {
      ...sample.evidence,
      machine: { ...sample.evidence.machine, cores: 2, memory: 8e9 },
    },
    load: {
      ...sample.load,
      measurements,
      objectives: [],
      generatorBound: [],
      findings: [],
      ...load,
    },
    resources: {
      startedAt: measurements.startedAt,
      sources: [],
      restarts: [],
      memory: {},
      samples: samples.map((usage, at) => ({ at, ...usage })),
    },
  };
}

const missed = (
  load: Partial<LoadReport["load"]>,
  samples?: readonly Omit<ResourceSample, "at">[],
) => trialOf(10, reportOf({ load, exitCode: EXIT.objective, ...(samples ? { samples } : {}) }));
const kinds = (trial: ReturnType<typeof trialOf>) => trial.broken.map(({ what }) => what);
const generatorBound = ["its timers woke it late"];

describe("a trial", () => {
  it("is met where nothing is held against the run, with its figures", () => {
    const trial = trialOf(10, reportOf());
    assertEquals([trial.outcome, trial.reasons, trial.broken], ["met", [], []]);
    assertEquals([trial.events, trial.deliveries], [2.5, 25]);
    assertEquals([trial.delivered, trial.expected], [50, 50]);
    assert(trial.latency && Math.abs(trial.latency.p50 - 25) < 1.5, `${trial.latency?.p50}`);
  });

  it("says nothing of the target where the generator was at its end", () => {
    const trial = missed({ generatorBound });
    assertEquals([trial.outcome, trial.broken], ["generator", []]);
    assertEquals(trial.reasons, ["generator-bound: its timers woke it late"]);
  });

  it("is missed, whatever the generator was, where the target let clients down", () => {
    const troubles = [{ what: "connect", detail: "refused", first: 0, last: 1, count: 3 }];
    const trial = missed({ generatorBound, measurements: measurementsOf({ troubles }) });
    assertEquals([trial.outcome, kinds(trial)], ["missed", ["connections"]]);
  });

  it("is missed, whatever the generator was, where the target died", () => {
    const death = { at: 3, code: 1, signal: null, lastWords: "" };
    const trial = trialOf(10, reportOf({ load: { generatorBound, death }, exitCode: 3 }));
    assertEquals([trial.outcome, kinds(trial)], ["missed", ["process"]]);
  });
});

describe("what broke first", () => {
  const objectives = [{
    text: "delivery p95 <= 65ms",
    measured: "120ms",
    verdict: "missed" as const,
  }];

  it("is latency where nothing else was at its end", () => {
    assertEquals(kinds(missed({ objectives })), ["latency"]);
  });

  it("is the cores, where they were all in use, and latency is what came of it", () => {
    const busy = { process: { cpu: 1.2 }, host: { cpu: 1.95 } };
    assertEquals(kinds(missed({ objectives }, [busy, busy, busy, busy])), ["cpu", "latency"]);
  });

  it("is the machine, and not the target, where others used the cores", () => {
    const busy = { process: { cpu: 0.1 }, host: { cpu: 1.95 } };
    assertEquals(kinds(missed({ objectives }, [busy, busy, busy, busy])), ["machine", "latency"]);
  });

  it("is one core, where the target has no second thread", () => {
    const busy = { process: { cpu: 0.99 }, host: { cpu: 1.3 } };
    assertEquals(kinds(missed({ objectives }, [busy, busy, busy, busy])), ["cpu", "latency"]);
  });

  it("is descriptors, where none are left, or where the target said so", () => {
    const full = { process: { descriptors: 1020, descriptorsLeft: 4 } };
    assertEquals(kinds(missed({ objectives }, [full])), ["descriptors", "latency"]);
    const detail = "EMFILE: too many open files";
    const troubles = [{ what: "error", detail, first: 1, last: 1, count: 3 }];
    assertEquals(kinds(missed({ measurements: measurementsOf({ troubles }) })), ["descriptors"]);
  });

  it("is memory, where the machine has none left", () => {
    assertEquals(kinds(missed({}, [{ host: { memory: 7.8e9 } }])), ["memory"]);
  });

  it("is events and deliveries, where they were refused and lost", () => {
    const measurements = measurementsOf();
    const [ramp, all] = measurements.phases;
    assert(ramp && all);
    const counts = { ...all.counts, refused: 2, delivered: 49 };
    const phases = [ramp, { ...all, counts }];
    assertEquals(kinds(missed({ measurements: { ...measurements, phases } })), ["events", "loss"]);
  });
});
