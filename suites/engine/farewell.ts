/** What a server says when it shuts down: whoever is there is sent elsewhere at once (4200 to 4299, P-072). */
import { type Frame, isRecord } from "../wire/frame.ts";

/** Whether a message is such a word. It need not be true: a server may say so to one client only. */
export function isFarewell(frame: Frame | undefined): boolean {
  if (frame?.event !== "pusher:error" || !isRecord(frame.decoded)) return false;
  const { code } = frame.decoded;
  return typeof code === "number" && code >= 4200 && code < 4300;
}
