/**
 * An event in words: the one place that says what happened. The wire log shows the line, messages
 * quote it.
 */
import type { Evidence, EvidenceOf } from "./evidence.ts";
import { isOf } from "./frames.ts";
import { counting } from "./numbers.ts";
import { shortened, visibleLine } from "./visible.ts";
import { beginning } from "./beginning.ts";

/** Who, which way, and what. */
export interface EventInWords {
  /** The socket, `API 3` or `webhook`; empty where neither speaks. */
  readonly who: string;
  /** Seen from Plumbline: out to the target, in from it, or neither. */
  readonly way: "out" | "in" | "none";
  /** What it is, without its payload. */
  readonly what: string;
  /** The payload, as it was; empty where there is none. */
  readonly payload: string;
  /** Payload size in bytes, where it is known. */
  readonly bytes?: number;
}

/** A line of the wire log. */
export interface WireLine extends EventInWords {
  readonly seq: number;
  /** Milliseconds since the scenario's first event. */
  readonly offset: number;
}

/** One event; `start` is the time of the scenario's first event. */
export function wireLine(event: Evidence, start: number): WireLine {
  return { seq: event.seq, offset: event.t - start, ...inWords(event) };
}

function inWords(event: Evidence): EventInWords {
  switch (event.kind) {
    case "sent":
    case "received":
      return frame(event);
    case "dial":
      return { who: event.socket, way: "out", what: "dials", payload: event.url };
    case "open":
      return { who: event.socket, way: "none", what: "is open", payload: "" };
    case "upgrade-refused": {
      const what = `upgrade refused with HTTP ${event.status}`;
      return { who: event.socket, way: "in", what, payload: event.body };
    }
    case "closing":
      return { who: event.socket, way: "none", what: "is being closed", payload: "" };
    case "closed":
      return {
        who: event.socket,
        way: event.by === "target" ? "in" : "out",
        what: `closed with ${event.code}`,
        payload: event.reason,
      };
    case "given-up": {
      const what = `given up after ${counting(event.frames, "message")}`;
      return { who: event.socket, way: "none", what, payload: event.reason, bytes: event.bytes };
    }
    case "request": {
      const payload = `${event.path} ${event.body}`.trim();
      return { who: `API ${event.exchange}`, way: "out", what: event.method, payload };
    }
    case "response": {
      const what = `HTTP ${event.status}`;
      return { who: `API ${event.exchange}`, way: "in", what, payload: event.body };
    }
    case "no-response": {
      const what = "no answer";
      return { who: `API ${event.exchange}`, way: "none", what, payload: event.reason };
    }
    case "webhook": {
      const what = event.answered === 0 ? "never answered" : `answered ${event.answered}`;
      return { who: "webhook", way: "in", what, payload: event.body };
    }
    case "page": {
      const on = event.channel === undefined ? "" : ` on ${event.channel}`;
      const payload = event.data === undefined ? "" : JSON.stringify(event.data);
      return { who: `${event.who}'s page`, way: "none", what: `${event.event}${on}`, payload };
    }
    case "server":
      return { who: "server", way: "none", what: event.what, payload: event.detail };
    case "fault":
      return { who: "fault", way: "none", what: event.what, payload: "" };
    case "note":
      return { who: "", way: "none", what: "", payload: event.text };
    case "broke":
      return { who: "", way: "none", what: "the scenario ended here", payload: event.reason };
    case "step-begin":
      return { who: event.who, way: "none", what: stepName(event.step), payload: "" };
    case "step-end": {
      const what = `${stepName(event.step)}: ${event.outcome}`;
      return { who: "", way: "none", what, payload: event.detail ?? "" };
    }
  }
}

/** `step 3`, counted from one as the scenario is. */
function stepName(step: number): string {
  return step < 0 ? "outside the steps" : `step ${step + 1}`;
}

function frame(event: EvidenceOf<"sent" | "received">): EventInWords {
  return {
    who: event.socket,
    way: event.kind === "sent" ? "out" : "in",
    what: event.opcode === "text" ? "" : event.opcode,
    payload: event.text ?? event.base64 ?? "",
    bytes: event.bytes,
  };
}

/** The line as plain text, with its payload cut to `length` characters. */
export function wireText(line: WireLine, length: number): string {
  const arrow = { out: "→", in: "←", none: "·" }[line.way];
  const rest = [line.what, shortened(line.payload, length)].filter((part) => part !== "").join(" ");
  return `+${line.offset.toFixed(1)} ms ${visibleLine(`${line.who} ${arrow} ${rest}`).trim()}`;
}

/** Characters of one part that a message quotes. */
const QUOTED = 300;

/** An event as a failure message quotes it. */
export function quote(event: Evidence): string {
  switch (event.kind) {
    case "sent":
    case "received":
      return event.text === undefined
        ? `${event.opcode} frame of ${event.bytes} bytes`
        : cut(event.text);
    case "closed":
      return event.reason
        ? `closed with ${event.code} "${cut(event.reason)}"`
        : `closed with ${event.code} and no reason`;
    case "no-response":
      return `no answer: ${event.reason}`;
    case "webhook":
      return `webhook ${cut(event.body)}`;
    case "server":
      return `server ${event.what}: ${event.detail}`;
    default: {
      const { what, payload } = inWords(event);
      return [what, cut(payload)].filter((part) => part !== "").join(" ");
    }
  }
}

/** What `who` received or suffered between two indexes, for "instead, … had arrived". */
export function arrivals(
  events: readonly Evidence[],
  who: string,
  begin: number,
  end = events.length,
): string {
  const seen = events.slice(begin, end).filter((event) =>
    isOf(who, event) &&
    (event.kind === "received" || event.kind === "closed" || event.kind === "upgrade-refused")
  );
  if (seen.length === 0) return "nothing arrived";
  const shown = seen.slice(0, 4).map(quote).join(" · ");
  return seen.length > 4 ? `${shown} · and ${seen.length - 4} more` : shown;
}

function cut(text: string): string {
  return text.length > QUOTED ? `${beginning(text, QUOTED)}… (${text.length} characters)` : text;
}
