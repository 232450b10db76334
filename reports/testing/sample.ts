/**
 * A small record with one of everything, for the tests of the reports: every verdict, a close, a
 * fault, a webhook, a scenario that was never judged, and a target that writes hostile text.
 */
import { fromFileUrl } from "@std/path";
import { loadCatalogue } from "../../suites/catalogue/catalogue.ts";
import { type Feature, type FeatureFound, FEATURES } from "../../suites/record/probed.ts";
import type { Happening } from "../../suites/record/evidence.ts";
import type { CheckResult } from "../../suites/record/verdict.ts";
import { parseRecord, type RunView } from "../../suites/record/check/read.ts";
import type {
  CaseLine,
  FinishLine,
  ProbeLine,
  RecordLine,
  RunLine,
  VerdictLine,
} from "../../suites/record/check/lines.ts";

/** What a hostile target may write, wherever it may write. */
export const HOSTILE = [
  "</script><img src=x onerror=alert(1)>",
  "<!--<script>",
  "]]>",
  "\u0000\u0007\ud800\u202e",
  "`` ![x](https://evil.example) | **bold** @everyone #1",
].join(" ");

const { requirements } = await loadCatalogue(fromFileUrl(new URL("../..", import.meta.url)));

const run: RunLine = {
  line: "run",
  schemaVersion: 1,
  id: "2024-05-01T10-00-00Z-7",
  startedAt: "2024-05-01T10:00:00.000Z",
  seed: 7,
  depth: "quick",
  plumbline: "0.1.0",
  machine: { os: "linux", arch: "x86_64", cpus: 2, deno: "2.9.6" },
  target: {
    name: "sample",
    title: `Sample ${HOSTILE}`,
    websocket: "ws://127.0.0.1:6001",
    api: "http://127.0.0.1:6001",
    claims: [],
    known: [
      { requirement: "P-219", reason: "Timestamps are not checked" },
      { requirement: "P-099", reason: "Was wrong once" },
    ],
  },
  requirements,
};

let seq = 0;

function evidence(of: string, ...happenings: readonly Happening[]): RecordLine[] {
  return happenings.map((happening) => {
    seq += 1;
    return { line: "evidence", seq, t: seq * 1.5, case: of, ...happening };
  });
}

function frame(way: "sent" | "received", socket: string, message: unknown): Happening {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  return { kind: way, socket, opcode: "text", text, bytes: text.length };
}

function attempt(id: string, title: string, ...steps: readonly (readonly string[])[]): CaseLine {
  return {
    line: "case",
    id,
    suite: id.slice(0, id.indexOf("/")),
    title,
    file: `scenarios/${id.split("/").slice(0, 2).join("/")}.yaml`,
    at: 12,
    steps: steps.map(([text, ...checks], index) => ({ at: 14 + index, text: text ?? "", checks })),
  };
}

function verdict(id: string, word: VerdictLine["verdict"], ...checks: CheckResult[]): VerdictLine {
  return { line: "verdict", id, verdict: word, durationMs: 12.5, checks };
}

const refused = "auth/private/signed-for-another-socket";
const relayed = "clients/whispers/on-a-public-channel";

function refusedStory(): RecordLine[] {
  return [
    attempt(refused, "A signature made for one socket does not admit another", ["eve: connect"], [
      "eve: { isRefused: private-orders }",
      "P-099",
    ]),
    ...evidence(
      refused,
      { kind: "step-begin", step: 0, turn: 0, who: "", params: {} },
      { kind: "dial", socket: "eve#1", url: "ws://127.0.0.1:6001/app/app-key?protocol=7" },
      { kind: "open", socket: "eve#1" },
      frame("received", "eve#1", {
        event: "pusher:connection_established",
        data: '{"socket_id":"1.2","activity_timeout":30}',
      }),
      { kind: "step-end", step: 0, turn: 0, outcome: "done", took: [4] },
      { kind: "step-begin", step: 1, turn: 1, who: "", params: {} },
      frame("sent", "eve#1", { event: "pusher:subscribe", data: { channel: "private-orders" } }),
      frame("received", "eve#1", { event: "pusher:error", data: { code: 4009, message: "no" } }),
      { kind: "closed", socket: "eve#1", by: "target", code: 4009, reason: "Unauthorized" },
      { kind: "step-end", step: 1, turn: 1, outcome: "done", took: [8] },
    ),
    verdict(refused, "pass", {
      requirement: "P-099",
      level: "must",
      verdict: "pass",
      message: "Refused with pusher:error 4009",
      step: 1,
      quotes: [8],
    }),
  ];
}

function relayedStory(): RecordLine[] {
  const opening = evidence(
    relayed,
    { kind: "step-begin", step: 0, turn: 0, who: "", params: {} },
    frame("sent", "eve#1", { event: "client-hi", channel: "lobby", data: "x".repeat(5000) }),
  );
  const leak = evidence(relayed, frame("received", "ana#1", HOSTILE));
  const quotes = [seq];
  const rest = evidence(
    relayed,
    { kind: "fault", what: "the proxy falls silent" },
    {
      kind: "request",
      exchange: 1,
      connection: "a",
      method: "POST",
      path: "/apps/app-id/events",
      headers: {},
      body: '{"name":"fence"}',
    },
    { kind: "response", exchange: 1, status: 200, headers: {}, body: "{}" },
    {
      kind: "webhook",
      method: "POST",
      path: "/webhooks",
      headers: {},
      body: '{"events":[]}',
      bytes: 13,
      answered: 200,
    },
    { kind: "step-end", step: 0, turn: 0, outcome: "deadline", took: [], detail: HOSTILE },
  );
  const check = { step: 0, quotes };
  return [
    attempt(relayed, "A client event on a public channel reaches nobody", [
      "ana: { never: client-hi }",
      "P-163",
      "P-058",
      "P-219",
      "P-006",
    ]),
    ...opening,
    ...leak,
    ...rest,
    verdict(relayed, "fail", {
      ...check,
      requirement: "P-163",
      level: "must",
      verdict: "fail",
      cause: "implementation",
      message: `Expected nothing; ana received ${HOSTILE}`,
    }, {
      ...check,
      requirement: "P-072",
      level: "should",
      verdict: "warn",
      cause: "implementation",
      message: "Expected 4200; closed with 1006",
    }, {
      ...check,
      requirement: "P-219",
      level: "must",
      verdict: "known",
      cause: "implementation",
      message: "A stale timestamp was taken",
    }, {
      ...check,
      requirement: "P-006",
      level: "should",
      verdict: "info",
      message: "Answered with 4001",
    }),
  ];
}

function skippedStory(): RecordLine[] {
  const id = "webhooks/signature/is-right";
  return [
    attempt(id, "A webhook is signed", ["webhook: { is: signed }", "P-280"]),
    verdict(id, "skip", {
      requirement: "P-280",
      level: "must",
      verdict: "skip",
      message: "The target file gives no webhook URL; add webhooks.url",
      step: 0,
      quotes: [],
    }),
  ];
}

const features = Object.fromEntries(
  Object.keys(FEATURES).map((feature) => [feature, { state: "offered", observation: "HTTP 200" }]),
) as Record<Feature, FeatureFound>; // the keys of FEATURES

const probe: ProbeLine = {
  line: "probe",
  features: {
    ...features,
    batchEvents: { state: "absent", observation: `POST /batch_events: HTTP 404 ${HOSTILE}` },
  },
  clockOffsetMs: 0,
  doubts: [`sign-in was refused with right settings: ${HOSTILE}`],
  durationMs: 12,
};

const finish: FinishLine = { line: "finish", durationMs: 1234.5, complete: true, exitCode: 1 };

/** The lines of a run that came to its end. */
export function sampleLines(): string[] {
  seq = 0;
  return [run, probe, ...refusedStory(), ...relayedStory(), ...skippedStory(), finish].map((line) =>
    JSON.stringify(line)
  );
}

/** The lines of a run that was killed in the middle of writing one. */
export function killedLines(): string[] {
  const lines = sampleLines().slice(0, -1);
  lines.push(JSON.stringify(attempt("races/burst", "A burst ends subscribed", ["eve: connect"])));
  return [...lines, '{"line":"evidence","seq":99,"t":1'];
}

export function sampleRun(): Promise<RunView> {
  return parseRecord(sampleLines());
}

export function killedRun(): Promise<RunView> {
  return parseRecord(killedLines());
}
