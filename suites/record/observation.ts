/** What differs, in a few words that are the same in every run: by it, failures are told apart. */
import { isRecord, readJson } from "../wire/frame.ts";
import type { Evidence } from "./evidence.ts";
import { frameOf } from "./frames.ts";

/** An answer that speaks of an error in its body, with the status of a success. */
export const ERROR_AS_SUCCESS = "an error with the status of a success";

/** Where a check quotes nothing that the target sent. */
export const NOTHING_CAME = "nothing came";

/** A code that ends the connection was told, and the connection did not end (P-060 to P-062). */
export const LEFT_OPEN = "left open after a code that closes";

/** Where a connection stays open that nobody reads any more. */
export const UNHEARD = "open, and nothing is answered";

/** The observation that the quoted events show: the last of them that the target sent. */
export function observationOf(quotes: readonly number[], events: readonly Evidence[]): string {
  const quoted = new Set(quotes);
  const observed = events.findLast((event) =>
    quoted.has(event.seq) && wordsOf(event) !== undefined
  );
  return observed === undefined ? NOTHING_CAME : wordsOf(observed) ?? NOTHING_CAME;
}

/** Whether an answer speaks of an error, where its status speaks of none. */
export function isErrorAsSuccess({ status, body }: { status: number; body: string }): boolean {
  const decoded = status < 400 ? readJson(body) : undefined;
  return isRecord(decoded) && "error" in decoded;
}

/** An event that the target caused, without names, numbers or texts of the run. */
function wordsOf(event: Evidence): string | undefined {
  switch (event.kind) {
    case "received": {
      if (event.opcode !== "text") return `a ${event.opcode} frame`;
      const frame = frameOf(event);
      if (!frame) return "a text frame that is no message";
      const code = isRecord(frame.decoded) && frame.event === "pusher:error"
        ? frame.decoded.code
        : undefined;
      const name = /^(pusher|pusher_internal):/.test(frame.event)
        ? frame.event
        : frame.event.startsWith("client-")
        ? "a client event"
        : "an event";
      return typeof code === "number" ? `${name} ${code}` : name;
    }
    case "closed":
      return event.by === "target" ? `closed with ${event.code}` : undefined;
    case "upgrade-refused":
      return `HTTP ${event.status} before the upgrade`;
    case "response":
      return isErrorAsSuccess(event) ? ERROR_AS_SUCCESS : `HTTP ${event.status}`;
    case "no-response":
      return "no answer";
    case "webhook":
      return "a webhook";
    case "page":
      return `the page: ${event.what}`;
    case "server":
      return `the server ${event.what}`;
    default:
      return undefined;
  }
}
