/** A failure of a record as one JavaScript file that needs nothing but Node or Deno. */
import type { Evidence } from "../../suites/record/evidence.ts";
import { frameOf } from "../../suites/record/frames.ts";
import type { CaseView, RunView } from "../../suites/record/check/read.ts";
import { UsageError } from "../../suites/record/usage_error.ts";
import type { CheckResult } from "../../suites/record/verdict.ts";
import { isRecord } from "../../suites/wire/frame.ts";
import { type SigningApp, signingOf } from "./signatures.ts";
import { sliceOf } from "./slice.ts";
import { callName, isPing, statements, variableOf } from "./steps.ts";
import { literal, type Substitution } from "./text.ts";

export interface Reproduced {
  readonly run: RunView["run"];
  readonly case: CaseView;
  readonly check: CheckResult;
  readonly apps: readonly SigningApp[];
  /** Where the file looks for the server, unless the environment says otherwise. */
  readonly server: string;
}

/** The part of the evidence that the file does again. */
export const shownOf = ({ case: one, check }: Reproduced): Evidence[] =>
  sliceOf(one.evidence, check);

/** The whole file. Throws `UsageError` for what one file cannot do. */
export function program(
  reproduced: Reproduced,
  { runtime, secretsInside }: { readonly runtime: string; readonly secretsInside: boolean },
): string {
  const { run, case: { attempt }, check, server } = reproduced;
  const events = shownOf(reproduced);
  if (!events.some(({ kind }) => kind === "dial" || kind === "request")) {
    throw new UsageError(`${attempt.id} left no frames and no HTTP requests to send again`);
  }
  const signing = signingOf(events, reproduced.apps);
  const names = substitutions(events);
  const prefix = new URL(server).pathname.replace(/\/$/, "");
  const began = Date.parse(run.startedAt) / 1000;
  const used = reproduced.apps.filter(({ id, key }) =>
    events.some((event) =>
      (event.kind === "dial" && event.url.includes(`/app/${key}`)) ||
      (event.kind === "request" && event.path.includes(`/apps/${id}/`))
    )
  );
  const apps = used.length > 0 ? used : reproduced.apps.slice(0, 1);
  const steps = statements(events, {
    signing: { ...signing, apps },
    names,
    prefix,
    beganSeconds: Number.isNaN(began) ? undefined : began,
  });
  const suffix = names.find(({ expression }) => expression === "run")?.text ?? "-0000-000";
  return [
    `// ${check.requirement}: ${oneLine(attempt.title)}`,
    `// Sends what was recorded of ${run.target.title}, and prints what comes.`,
    "// Exit code 1: the failure is there. 0: it is not.",
    "",
    `const server = new URL(process.env.SERVER ?? ${JSON.stringify(server)});`,
    "const apps = {",
    ...apps.map(({ name, id, key, secret }) => {
      const variable = `process.env.SECRET_${name.toUpperCase()}`;
      const value = secretsInside ? `${variable} ?? ${JSON.stringify(secret)}` : variable;
      return `  ${name}: { id: ${JSON.stringify(id)}, key: ${
        JSON.stringify(key)
      }, secret: ${value} },`;
    }),
    "};",
    "/** Behind the names of channels and users, so that nothing of an earlier run is met. */",
    `const run = ${
      JSON.stringify(suffix)
    }.replaceAll(/[a-z0-9]/g, () => Math.floor(Math.random() * 36).toString(36));`,
    `const accusation = ${
      JSON.stringify(`${check.requirement}, ${check.observation ?? oneLine(check.message)}`)
    };`,
    "/** The server died of it. */",
    `const dies = ${events.some((event) => event.kind === "server" && event.what === "died")};`,
    "/** How much came to each, as it was recorded. */",
    `const counts = ${JSON.stringify(countsOf(events))};`,
    "/** What shows the failure: filled in once the sockets have their ids. */",
    "let failure = [];",
    "",
    "async function steps() {",
    ...withFailure(steps, failing(events, check, names)).map((line) => `  ${line}`),
    "}",
    "",
    runtime.replace(/^\/\/ deno-lint.*\n/, "").trimEnd(),
    "",
    "await steps();",
    "await finish();",
    "",
  ].join("\n");
}

/** The failing texts hold socket ids: they are known after the last connection. */
function withFailure(steps: readonly string[], failing: readonly string[]): string[] {
  const at = steps.findLastIndex((line) => line.startsWith("const ")) + 1;
  const greeted = steps[at]?.includes(".received(") ? at + 1 : at;
  return [
    ...steps.slice(0, greeted),
    ...(failing.length === 0 ? [] : [`failure = [${failing.join(", ")}];`]),
    ...steps.slice(greeted),
  ];
}

/** What the check quotes of what came, as the program will print it. */
function failing(
  events: readonly Evidence[],
  { quotes }: CheckResult,
  names: readonly Substitution[],
): string[] {
  return events.filter(({ seq }) => quotes.includes(seq)).flatMap((event) => {
    const text = saidBy(event);
    if (!text || frameOf(event)?.event === "pusher:connection_established") return [];
    return `[${JSON.stringify(text.who)}, ${literal(text.text, names)}]`;
  });
}

/** What the program prints of something that came. */
export function saidBy(event: Evidence): { who: string; text: string } | undefined {
  switch (event.kind) {
    case "received":
      if (event.opcode !== "text" || isPing(event)) return undefined;
      return { who: variableOf(event.socket), text: event.text ?? "" };
    case "closed":
      if (event.by !== "target") return undefined;
      return {
        who: variableOf(event.socket),
        text: event.code === 1006
          ? "closed without a close frame"
          : `closed with ${event.code} ${event.reason}`.trim(),
      };
    case "response":
      return {
        who: callName(event.exchange),
        text: `HTTP ${event.status} ${event.body}`.trim(),
      };
    default:
      return undefined;
  }
}

function countsOf(events: readonly Evidence[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    const said = saidBy(event);
    if (said) counts[said.who] = (counts[said.who] ?? 0) + 1;
  }
  return counts;
}

/** Socket ids, and the end that names of this scenario have. */
function substitutions(events: readonly Evidence[]): Substitution[] {
  const found: Substitution[] = [];
  const suffixes = new Map<string, number>();
  for (const event of events) {
    const frame = frameOf(event);
    if (event.kind === "received" && frame?.event === "pusher:connection_established") {
      const id = isRecord(frame.decoded) ? frame.decoded.socket_id : undefined;
      if (typeof id === "string") {
        found.push({ text: id, expression: `${variableOf(event.socket)}.id` });
      }
    }
    const text = event.kind === "sent"
      ? event.text
      : event.kind === "request"
      ? `${event.path} ${event.body}`
      : undefined;
    for (const [suffix] of text?.matchAll(/-[0-9a-z]{4,5}-[0-9a-z]{3,4}(?![0-9a-z-])/g) ?? []) {
      suffixes.set(suffix, (suffixes.get(suffix) ?? 0) + 1);
    }
  }
  const [suffix] = [...suffixes].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return suffix === undefined ? found : [...found, { text: suffix, expression: "run" }];
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");
