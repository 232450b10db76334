/**
 * What a sequence diagram shows, before it is drawn: the lanes, and one row an event.
 *
 * The target stands in the middle; Plumbline's sockets to its left, the API caller and the webhook
 * endpoint to its right, so that every arrow has the target at one end.
 */
import type { Evidence, EvidenceOf } from "../../../suites/record/evidence.ts";
import type { CaseView } from "../../../suites/record/check/read.ts";
import { shortened, visibleLine } from "../../../suites/record/visible.ts";
import { quotedBy, selected } from "./wire_log.ts";

export const TARGET = "target";
export const API = "HTTP API";
export const WEBHOOKS = "webhooks";

/** A picture is read at a glance: so many sockets and so many events fit one. */
const SOCKETS = 6;
const FIRST = 40;
const LAST = 12;

export type Row =
  | {
    readonly row: "arrow";
    readonly from: string;
    readonly to: string;
    readonly label: string;
    /** The channel it concerns, or a close's reason; empty where there is none. */
    readonly on: string;
    readonly style: "frame" | "control" | "close";
    readonly offset: number;
    readonly quoted: boolean;
  }
  | {
    readonly row: "band";
    readonly label: string;
    readonly tone: "step" | "fault" | "gap";
    /** Absent on a gap. */
    readonly offset?: number;
  };

export interface Plan {
  /** From left to right. */
  readonly lanes: readonly string[];
  readonly rows: readonly Row[];
}

/** Chooses lanes and rows of a scenario. */
export function planDiagram(of: CaseView): Plan {
  const quoted = quotedBy(of);
  const sockets = chosenSockets(of.evidence, quoted);
  const drawn = of.evidence.filter((event) => !("socket" in event) || sockets.has(event.socket));
  const start = of.evidence[0]?.t ?? 0;
  const rows = selected(drawn.filter(isDrawnIn(of)), quoted, FIRST, LAST).map((part): Row => {
    if (typeof part === "number") {
      return { row: "band", tone: "gap", label: `${part} events not drawn` };
    }
    return rowOf(of, part, part.t - start, quoted.has(part.seq));
  });
  const left = new Set(of.evidence.flatMap((event) => "socket" in event ? event.socket : [])).size -
    sockets.size;
  if (left > 0) rows.push({ row: "band", tone: "gap", label: `${left} more sockets not drawn` });
  return { lanes: lanesOf(sockets, drawn), rows };
}

/** Sockets that a check quotes come first, then those that appear first. */
function chosenSockets(events: readonly Evidence[], quoted: ReadonlySet<number>): Set<string> {
  const named = (some: readonly Evidence[]) =>
    some.flatMap((event) => "socket" in event ? [event.socket] : []);
  const wanted = new Set([
    ...named(events.filter((event) => quoted.has(event.seq))),
    ...named(events),
  ]);
  const chosen = new Set([...wanted].slice(0, SOCKETS));
  return new Set(named(events).filter((socket) => chosen.has(socket)));
}

function lanesOf(sockets: ReadonlySet<string>, events: readonly Evidence[]): string[] {
  const has = (kind: Evidence["kind"]) => events.some((event) => event.kind === kind);
  return [
    ...sockets,
    TARGET,
    ...(has("request") ? [API] : []),
    ...(has("webhook") ? [WEBHOOKS] : []),
  ];
}

/** What an arrow or another band says already is not drawn twice. */
function isDrawnIn(of: CaseView): (event: Evidence) => boolean {
  const broke = new Set(of.evidence.flatMap((it) => it.kind === "broke" ? [it.step] : []));
  return (event) => isDrawn(event, broke);
}

function isDrawn(event: Evidence, broke: ReadonlySet<number>): boolean {
  if (event.kind === "step-end") return event.outcome !== "done" && !broke.has(event.step);
  if (event.kind === "step-begin") return event.step >= 0;
  if (event.kind === "sent" || event.kind === "received") return event.opcode !== "close";
  return event.kind !== "open" && event.kind !== "closing" && event.kind !== "note";
}

/** What a library told its page: what kind of thing, its name and the channel. */
function pageWords({ what, event, channel }: EvidenceOf<"page">): string {
  return [what, event, channel === undefined ? [] : `on ${channel}`].flat().join(" ");
}

function rowOf(of: CaseView, event: Evidence, offset: number, quoted: boolean): Row {
  const arrow = (from: string, to: string, said: Said, style: ArrowStyle) =>
    ({ row: "arrow", from, to, ...said, style, offset, quoted }) as const;
  const band = (tone: "step" | "fault", label: string) =>
    ({ row: "band", tone, label: visibleLine(label), offset }) as const;
  switch (event.kind) {
    case "dial":
      return arrow(event.socket, TARGET, said("connect"), "control");
    case "upgrade-refused":
      return arrow(TARGET, event.socket, said(`refused: HTTP ${event.status}`), "close");
    case "sent":
      return arrow(event.socket, TARGET, ofFrame(event), frameStyle(event.opcode));
    case "received":
      return arrow(TARGET, event.socket, ofFrame(event), frameStyle(event.opcode));
    case "closed": {
      const close = said(`close ${event.code}`, event.reason);
      return event.by === "target"
        ? arrow(TARGET, event.socket, close, "close")
        : arrow(event.socket, TARGET, close, "close");
    }
    case "request":
      return arrow(API, TARGET, ofRequest(event.method, event.path, event.body), "frame");
    case "response":
      return arrow(TARGET, API, said(`HTTP ${event.status}`), "frame");
    case "no-response":
      return arrow(TARGET, API, said("no answer"), "close");
    case "webhook":
      return arrow(TARGET, WEBHOOKS, ofWebhook(event.body), "frame");
    case "page":
      return band("step", `${event.who}'s page: ${pageWords(event)}`);
    case "server":
      return band("fault", `server ${event.what}: ${event.detail}`);
    case "fault":
      return band("fault", event.what);
    case "given-up":
      return band("fault", `${event.socket} given up: ${event.reason}`);
    case "broke":
      return band("fault", `the scenario ended here: ${event.reason}`);
    case "step-begin":
      return band("step", `${event.step + 1}  ${of.attempt.steps[event.step]?.text ?? ""}`);
    case "step-end":
      return band(
        "fault",
        [`step ${event.step + 1}`, event.outcome, event.detail ?? []].flat().join(": "),
      );
    case "open":
    case "closing":
    case "note":
      return band("step", event.kind);
  }
}

type ArrowStyle = "frame" | "control" | "close";

interface Said {
  readonly label: string;
  readonly on: string;
}

function said(label: string, on: unknown = ""): Said {
  return { label: visibleLine(label), on: typeof on === "string" ? visibleLine(on) : "" };
}

function frameStyle(opcode: string): ArrowStyle {
  return opcode === "text" || opcode === "binary" || opcode === "raw" ? "frame" : "control";
}

function ofFrame(event: { opcode: string; text?: string; bytes: number }): Said {
  if (event.opcode !== "text") return said(`${event.opcode}, ${event.bytes} B`);
  const text = event.text ?? "";
  const message = fieldsOf(text);
  if (typeof message?.event !== "string") return said(shortened(text, 80));
  return said(message.event, message.channel ?? fieldsOf(message.data)?.channel);
}

function ofRequest(method: string, path: string, body: string): Said {
  const short = path.replace(/^.*?\/apps\/[^/]+/, "").replace(/\?.*$/, "");
  return said(`${method} ${short}`, fieldsOf(body)?.name);
}

function ofWebhook(body: string): Said {
  const events = fieldsOf(body)?.events;
  const names = Array.isArray(events)
    ? events.flatMap((event: unknown) => {
      const name = fieldsOf(event)?.name;
      return typeof name === "string" ? [name] : [];
    })
    : [];
  return said(names.length > 0 ? names.join(", ") : "webhook");
}

/** The fields of an object, or of the JSON text of one; undefined for anything else. */
function fieldsOf(value: unknown): Record<string, unknown> | undefined {
  const object = typeof value === "string" ? parsed(value) : value;
  // An object that is neither null nor a list has string keys; each value is checked where read.
  return typeof object === "object" && object !== null && !Array.isArray(object)
    ? object as Record<string, unknown>
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
