/** The step of `action.yml` that checks: inputs are variables, the job's summary and outputs are files. */
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { COUNTED } from "./counted.mjs";
import { check, CheckFailed } from "./index.mjs";

const input = (name) => process.env[`INPUT_${name}`]?.trim() || undefined;
const words = (name) => input(name)?.split(/\s+/);

/** Target files read the server's place and credentials as `SOKETI_HOST`, after their own name. */
function placeAndCredentials(target) {
  const prefix = basename(target).replace(/\.ya?ml$/, "").toUpperCase().replaceAll(
    /[^A-Z0-9]+/g,
    "_",
  );
  return Object.fromEntries(
    ["HOST", "PORT", "APP_ID", "APP_KEY", "APP_SECRET"].flatMap((name) => {
      const value = input(name);
      return value === undefined ? [] : [[`${prefix}_${name}`, value]];
    }),
  );
}

function outputsOf({ exitCode, report }, failOn) {
  const scores = Object.entries(report.summary).map((
    [name, { passed, of }],
  ) => [name, { passed, of }]);
  const failures = report.baseline?.new ??
    report.cases.flatMap(({ checks }) =>
      checks.filter(({ verdict }) => COUNTED[failOn].includes(verdict))
    );
  return {
    "exit-code": exitCode,
    new: failures.length,
    fixed: report.baseline?.stale.length ?? 0,
    scores: JSON.stringify(Object.fromEntries(scores)),
  };
}

function writeOutputs(outputs) {
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(process.env.GITHUB_OUTPUT, lines.join(""));
}

const target = input("TARGET");
const out = input("OUT") ?? "reports/out";
const markdown = join(out, "summary.md");
const annotations = join(out, "annotations.txt");
const failOn = input("FAIL_ON") ?? "must";
// Nothing that a server says is a command of the workflow.
const token = randomUUID();
console.log(`::stop-commands::${token}`);
try {
  const checked = await check({
    target,
    start: input("START") === "true",
    suites: words("SUITES"),
    scenarios: words("SCENARIOS"),
    expected: input("EXPECTED"),
    failOn,
    allowDisruption: input("ALLOW_DISRUPTION") === "true",
    out,
    markdown,
    junit: join(out, "junit.xml"),
    annotations,
    env: placeAndCredentials(target),
    onOutput: (text) => process.stdout.write(text),
  }).finally(() => console.log(`::${token}::`));
  process.stdout.write(readFileSync(annotations, "utf8"));
  appendFileSync(process.env.GITHUB_STEP_SUMMARY, readFileSync(markdown, "utf8"));
  writeOutputs(outputsOf(checked, failOn));
  process.exitCode = checked.exitCode;
} catch (error) {
  if (!(error instanceof CheckFailed)) throw error;
  const data = error.message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  console.log(`::error title=Plumbline could not check::${data}`);
  writeOutputs({ "exit-code": error.exitCode });
  process.exitCode = error.exitCode;
}
