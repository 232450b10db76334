/** `load` as the command line runs it: scenario, target, progress, reports, summary. */
import { counting, duration } from "../record/numbers.ts";
import { yellow } from "@std/fmt/colors";
import { join } from "@std/path";
import { EXIT, type ExitCode } from "../record/exit_code.ts";
import type { EngineName } from "../load/engines.ts";
import type { LoadMeasurements } from "../record/load/measurements.ts";
import { runLoad } from "../load/load.ts";
import { warningOf } from "../record/check/masking.ts";
import type { LoadPlan } from "../record/load/plan.ts";
import { UsageError } from "../record/usage_error.ts";
import { scaled } from "../load/scale.ts";
import { loadScenario } from "../load/scenarios.ts";
import type { Destinations } from "../../reports/kit/views.ts";
import { writeLoadReport } from "../../reports/load/views.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import { applicationFor } from "./load_application.ts";
import { writePlan } from "./load_plan.ts";
import { loadSummary } from "./load_summary.ts";
import { requireWritable, requireWritableFile } from "./writable.ts";
import { interruption } from "./interruption.ts";

type Interval = LoadMeasurements["intervals"][number];

export interface LoadCommand extends Destinations {
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
  /** How many processes share the load; more than one with k6 only. */
  readonly processes: number;
  /** What clients and channels are multiplied by. */
  readonly scale: number;
  /** Further objectives, beside the scenario's. */
  readonly objective: readonly string[];
  /** Write the plan here, and run nothing. */
  readonly plan?: string;
  readonly allowGeneratorBound: boolean;
}

/** Runs it and reports. Throws `BadFile`, `UsageError`, and what `runLoad` throws. */
export async function loadCommand(
  options: LoadCommand,
  write: (text: string) => void,
): Promise<ExitCode> {
  const { root, out } = options;
  if (options.processes > 1 && options.engine !== "k6") {
    throw new UsageError(
      `--processes ${options.processes}: the ${options.engine} engine is one process: add --engine k6`,
    );
  }
  await requireWritable(options);
  if (options.plan !== undefined) await requireWritableFile("--plan", options.plan);
  const interrupted = interruption();
  const start = options.start || options.target === undefined;
  const [scenario, target] = await Promise.all([
    loadScenario(options.scenario, join(root, "scenarios", "load"), options.objective),
    loadTarget(targetPath(options.target ?? "reference", join(root, "targets")), {
      started: start,
    }),
  ]);
  const application = await applicationFor(scenario, target, options);
  if (options.plan !== undefined) {
    await writePlan(options.plan, scaled(scenario, options.scale), target, application, write);
    return EXIT.ok;
  }
  const terminal = Deno.stderr.isTerminal();
  const warning = start ? "" : warningOf(target.apps);
  if (warning !== "") write(`${yellow("!")} ${warning}\n`);
  const report = await runLoad({
    ...{ root, scenario, scale: options.scale, target, start, out, signal: interrupted },
    ...(application ? { application } : {}),
    engine: options.engine,
    processes: options.processes,
    allowGeneratorBound: options.allowGeneratorBound,
    ...(terminal ? { onInterval: (interval) => write(`${CLEAR}${progress(interval)}`) } : {}),
    onPlan: (plan, beyond) => {
      write(`${target.title}: ${outline(plan)}\n`);
      if (beyond !== undefined) write(`${yellow("generator-bound")}: ${beyond}\n`);
    },
  });
  if (terminal) write(CLEAR);
  write(loadSummary(report, await writeLoadReport(report, options)));
  return report.exitCode;
}

const CLEAR = "\r\x1b[K";

/** How far the run is, on the line that changes. */
function progress({ second, phase, standing, delivered, p99 }: Interval): string {
  const latency = delivered > 0 ? `, p99 ${duration(p99 / 1000)}` : "";
  return `${second + 1} s, ${phase}: ${counting(standing, "connection")}, ` +
    `${counting(delivered, "delivery", "deliveries")} a second${latency}`;
}

/** What is about to happen, on a line. */
function outline({ clients, channels, phases }: LoadPlan): string {
  const all = clients.reduce((sum, { count }) => sum + count, 0);
  const ramp = Math.max(...clients.map(({ count, perSecond }) => count / perSecond));
  const parts = [
    ["ramp", ramp] as const,
    ...phases.map(({ name, seconds }) => [name, seconds] as const),
  ]
    .map(([name, seconds]) => `${name} ${duration(seconds * 1000)}`);
  return `${counting(all, "client")} on ${counting(channels.length, "channel")}; ${
    parts.join(", ")
  }`;
}
