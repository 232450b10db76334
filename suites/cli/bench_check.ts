/**
 * How long a quick check of the reference server takes, and how long until its first verdict:
 * the medians of several runs, each told by its own record, on this machine.
 *
 *     deno task bench:check
 */
import { median } from "simple-statistics";
import { join } from "@std/path";
import { plumbline, withFolder } from "./testing.ts";

const RUNS = 5;

interface Timing {
  readonly wholeMs: number;
  readonly firstVerdictMs: number;
}

/** One run, timed from the start of the process to its end, and to the first verdict on its progress. */
async function timed(out: string): Promise<Timing> {
  const began = Date.now();
  const { code } = await plumbline(["check", "--out", out]);
  const wholeMs = Date.now() - began;
  if (code !== 0) throw new Error(`a check of the reference server ended with ${code}`);
  const lines = (await Deno.readTextFile(join(out, "record.jsonl"))).split("\n");
  const run = JSON.parse(lines[0] ?? "{}");
  // Evidence is stamped from the moment the recorder opened, right after the record's first line.
  const first = lines.findIndex((line) =>
    line.startsWith('{"line":"verdict"') && !line.includes('"skip"')
  );
  const before = lines.slice(0, first).findLast((line) => line.startsWith('{"line":"evidence"'));
  const opened = Date.parse(run.startedAt) - began;
  return { wholeMs, firstVerdictMs: opened + (before ? JSON.parse(before).t : 0) };
}

const timings: Timing[] = [];
for (let run = 1; run <= RUNS; run++) timings.push(await withFolder(timed));
const { os, arch } = Deno.build;
console.log(
  `${RUNS} quick checks of the reference server on ${os} ${arch}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}`,
);
console.log(
  `  whole run      median ${(median(timings.map((t) => t.wholeMs)) / 1000).toFixed(1)} s`,
);
console.log(
  `  first verdict  median ${(median(timings.map((t) => t.firstVerdictMs)) / 1000).toFixed(2)} s`,
);
