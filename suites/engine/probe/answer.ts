/** An answer of the target, and when two answers are the same. */
import type { Evidence } from "../../record/evidence.ts";
import { frameOf } from "../../record/frames.ts";
import { isRecord } from "../../wire/frame.ts";
import { TOO_MANY } from "../second_chance.ts";
import { excerpt, said } from "./said.ts";

export interface Answer {
  /** `open`: nothing came, or nothing that says yes or no. */
  readonly outcome: "accepted" | "refused" | "open";
  /** For people. */
  readonly says: string;
  /** Equal where the target made no difference, in all it said and in the kind of answer. */
  readonly words: string;
  readonly kind: string;
}

/** Error events of the protocol, and those that servers name like them. */
const ERROR = /^pusher(_internal)?:(\w+_)?error$/;

/** Whether the server says with this frame that something is wrong. */
export function isError(event: Evidence): boolean {
  return event.kind === "received" && ERROR.test(frameOf(event)?.event ?? "");
}

/** The app is over its quota, the server is full or restarts: no answer to what was asked. */
const isAboutElse = (code: unknown) =>
  code === 4004 || typeof code === "number" && code >= 4100 && code < 4300;

const SILENCE: Answer = { outcome: "open", says: "no answer", words: "", kind: "" };

/** An answer of the HTTP API. */
export function answerOf(event: Evidence | undefined): Answer {
  switch (event?.kind) {
    case "response": {
      const { status } = event;
      const outcome = status < 300
        ? "accepted"
        : status === TOO_MANY || status >= 500
        ? "open"
        : "refused";
      const kind = `HTTP ${status}`;
      return { outcome, says: said(event), words: `${kind} ${withoutIds(event.body)}`, kind };
    }
    case "no-response":
      return { ...SILENCE, says: `no answer (${excerpt(event.reason)})` };
    case "upgrade-refused": {
      const kind = `HTTP ${event.status}`;
      const outcome = event.status === 401 || event.status === 403 ? "refused" : "open";
      return { outcome, says: said(event), words: kind, kind };
    }
    case "closed": {
      const { code, reason } = event;
      const kind = `closed ${code}`;
      const says = `closed with ${code}${reason && ` ${excerpt(reason)}`}`;
      return { outcome: isAboutElse(code) ? "open" : "refused", says, words: kind, kind };
    }
    case "received": {
      const frame = frameOf(event);
      const { code = "", type = "", status = "" } = isRecord(frame?.decoded) ? frame.decoded : {};
      const kind = `${frame?.event} ${code}${type}${status}`;
      const isRefusal = frame === undefined || ERROR.test(frame.event);
      const outcome = !isRefusal ? "accepted" : isAboutElse(code) ? "open" : "refused";
      return { outcome, says: excerpt(event.text ?? event.opcode), words: kind, kind };
    }
    default:
      return SILENCE;
  }
}

/** A text without what differs from one request to the next: signatures, times, ids of requests. */
function withoutIds(text: string): string {
  return text.replace(/[\da-f-]{6,}/gi, "#").replace(/\d+/g, "#");
}
