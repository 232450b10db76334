/** `repro`: a failure of a record as one file and a text that its server's maintainers can use. */
import { basename, join } from "@std/path";
import { program, type Reproduced } from "../../reports/repro/program.ts";
import { reproMarkdown } from "../../reports/repro/markdown.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import { baseUrl, type Target } from "../../targets/target.ts";
import { didYouMean } from "../language/bad_file.ts";
import { type CaseView, readRecord, type RunView } from "../record/check/read.ts";
import { requireWritable } from "./writable.ts";
import { UsageError } from "../record/usage_error.ts";
import { ACCUSATIONS, type CheckResult, VERDICTS } from "../record/verdict.ts";

export interface ReproCommand {
  /** The folder that holds `targets/`. */
  readonly root: string;
  /** A scenario's id, or a `found-1.yaml` of `explore`. */
  readonly case: string;
  /** The record; beside the file where the case is one, `record.jsonl` of `out` otherwise. */
  readonly from?: string;
  /** The target file that has the apps' secrets; the record's own name without it. */
  readonly target?: string;
  /** Which of the failures, where there are several. */
  readonly requirement?: string;
  /** Where the two files go. */
  readonly out: string;
  /** The folder of all reports, where `check` leaves its record. */
  readonly reports: string;
}

const RUNTIME = new URL("../../reports/repro/runtime.js", import.meta.url);

/** Writes the program and its text; their paths. */
export async function repro(options: ReproCommand): Promise<readonly string[]> {
  const { root, case: name, out, reports } = options;
  await requireWritable({ out });
  const isFound = name.endsWith(".yaml");
  const from = options.from ??
    (isFound ? name.replace(/\.yaml$/, ".jsonl") : join(reports, "record.jsonl"));
  const view = await readRecord(from);
  const one = isFound ? view.cases[0] : view.cases.find(({ attempt }) => attempt.id === name);
  if (!one) throw unknown(name, view, from);
  const check = failureOf(one, options.requirement);
  const target = await loadTarget(
    targetPath(options.target ?? view.run.target.name, join(root, "targets")),
    { started: true },
  );
  const reproduced: Reproduced = {
    run: view.run,
    case: one,
    check,
    apps: Object.values(target.apps).filter(isFirst),
    server: baseUrl(target.api),
  };
  const file = `${
    (isFound ? basename(name, ".yaml") : one.attempt.id).replaceAll("/", "-")
  }-${check.requirement}`;
  const { hostname } = new URL(reproduced.server);
  const text = program(reproduced, {
    runtime: await Deno.readTextFile(RUNTIME),
    // A server of this machine has no secrets worth the name.
    secretsInside: ["127.0.0.1", "localhost", "[::1]"].includes(hostname),
  });
  const paths = [join(out, `${file}.mjs`), join(out, `${file}.md`)] as const;
  await Deno.writeTextFile(paths[0], text);
  await Deno.writeTextFile(paths[1], reproMarkdown(reproduced, `${file}.mjs`));
  return paths;
}

/** Two names for one app are one. */
const isFirst = (app: Target["apps"]["main"], at: number, all: readonly Target["apps"]["main"][]) =>
  all.findIndex(({ id }) => id === app.id) === at;

/** The gravest failure of the scenario, or the one that breaks this requirement. */
function failureOf({ attempt, result }: CaseView, requirement: string | undefined): CheckResult {
  const failures = (result?.checks ?? [])
    .filter(({ verdict }) => ACCUSATIONS.has(verdict))
    .filter((check) => requirement === undefined || check.requirement === requirement)
    .toSorted((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict));
  const [first] = failures;
  if (first) return first;
  throw new UsageError(
    requirement === undefined
      ? `${attempt.id} did not fail in this record`
      : `${attempt.id} did not fail on ${requirement} in this record`,
  );
}

function unknown(name: string, view: RunView, from: string): UsageError {
  const failed = view.cases.filter(({ result }) => result && ACCUSATIONS.has(result.verdict))
    .map(({ attempt }) => attempt.id);
  return new UsageError(
    `${from} has no scenario "${name}".${failed.length > 0 ? didYouMean(name, failed) : ""}`,
    "PLB_UNKNOWN_NAME",
  );
}
