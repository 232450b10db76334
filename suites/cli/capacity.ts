/** `capacity` as the command line runs it: scenario, target, a line a run, report, summary. */
import { join } from "@std/path";
import { findCapacity } from "../capacity/capacity.ts";
import type { Dimension } from "../record/capacity/report.ts";
import { loadOf } from "../capacity/dimension.ts";
import { EXIT, type ExitCode } from "../record/exit_code.ts";
import type { EngineName } from "../load/engines.ts";
import { loadScenario } from "../load/scenarios.ts";
import { loadInWords } from "../../reports/capacity/outcome.ts";
import { writeCapacityReport } from "../../reports/capacity/views.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import { applicationFor } from "./load_application.ts";
import { requireWritable } from "./writable.ts";
import { capacitySummary, trialLine } from "./capacity_summary.ts";
import { interruption } from "./interruption.ts";
import { UsageError } from "../record/usage_error.ts";

export interface CapacityCommand {
  /** The folder that holds `scenarios/` and `targets/`. */
  readonly root: string;
  /** A name in `scenarios/load/` or a file. */
  readonly scenario: string;
  /** A name in `targets/` or a file; the reference server, started here, without it. */
  readonly target?: string;
  readonly start: boolean;
  /** A name in `targets/applications/` or a file; the target file's own without it. */
  readonly application?: string;
  readonly engine: EngineName;
  readonly dimension: Dimension;
  /** Further objectives, beside the scenario's. */
  readonly objective: readonly string[];
  /** The load to begin with; without it, a quarter of the scenario's. */
  readonly from?: number;
  readonly max: number;
  readonly repeats: number;
  readonly forUsers?: number;
  readonly eventsPerSecond?: number;
  readonly allowGeneratorBound: boolean;
  readonly out: string;
  readonly json?: string;
}

/** Searches and reports. Throws `BadFile`, `UsageError`, and what `findCapacity` throws. */
export async function capacityCommand(
  options: CapacityCommand,
  write: (text: string) => void,
): Promise<ExitCode> {
  const { root, out, dimension, repeats, forUsers, eventsPerSecond } = options;
  await requireWritable(options);
  const interrupted = interruption();
  const start = options.start || options.target === undefined;
  const [scenario, target] = await Promise.all([
    loadScenario(options.scenario, join(root, "scenarios", "load"), options.objective),
    loadTarget(targetPath(options.target ?? "reference", join(root, "targets")), {
      started: start,
    }),
  ]);
  if (scenario.objectives.length === 0) {
    throw new UsageError(
      `${scenario.name} has no objectives to meet; add one: --objective "delivery p99 <= 200ms"`,
    );
  }
  const application = await applicationFor(scenario, target, options);
  if (eventsPerSecond !== undefined && forUsers === undefined) {
    throw new UsageError("--events-per-second belongs to a plan: add --for-users N");
  }
  // More than the target's file allows is not to be tried at all.
  const allowed = dimension === "connections" ? target.maxConnections ?? Infinity : Infinity;
  const max = Math.min(options.max, allowed);
  const usual = Math.max(1, Math.round(loadOf(scenario, dimension) / 4));
  if (options.from !== undefined && options.from > max) {
    throw new UsageError(
      `--from ${options.from} is more than ${
        max < options.max ? `the ${max} connections that ${target.file} allows` : `--max ${max}`
      }: the search goes up`,
    );
  }
  const from = Math.min(options.from ?? usual, max);
  write(`${target.title}: ${scenario.title}, from ${loadInWords(from, dimension)} on\n`);
  const report = await findCapacity({
    ...{ root, scenario, target, start, out, dimension, engine: options.engine },
    ...(application ? { application } : {}),
    allowGeneratorBound: options.allowGeneratorBound,
    signal: interrupted,
    search: { from, max, repeats },
    ...(forUsers === undefined ? {} : {
      wanted: {
        users: forUsers,
        ...(eventsPerSecond === undefined ? {} : { events: eventsPerSecond }),
      },
    }),
    onTrial: (trial) => write(trialLine(trial, dimension)),
  });
  if (!report) {
    write("interrupted before anything was run\n");
    return EXIT.interrupted;
  }
  write(capacitySummary(report, await writeCapacityReport(report, options)));
  return report.exitCode;
}
