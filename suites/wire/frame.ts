/** Reading what a target sends as Pusher protocol messages. Whatever comes may be hostile. */

/** A message as it stood on the wire, and as it reads. */
export interface Frame {
  readonly event: string;
  readonly channel?: string;
  /** `data` as it stood in the JSON: usually a string that holds JSON again. */
  readonly data: unknown;
  /** `data` decoded once where it was a string of JSON; otherwise the same as `data`. */
  readonly decoded: unknown;
  /** Every field of the message. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** No JSON begins otherwise. An exception for each message of a flood takes ten times as long as the rest of it. */
const BEGINS_LIKE_JSON = /^[\t\n\r ]*[{["\-\dtfn]/;

/** Parses JSON, or says `undefined`: no target text is worth an exception. */
export function readJson(text: string): unknown {
  if (!BEGINS_LIKE_JSON.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for `{...}`, false for arrays, null and scalars. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads one text frame; `undefined` when it is not one JSON object with a string `event` (P-026, P-027). */
export function readFrame(text: string): Frame | undefined {
  const fields = readJson(text);
  if (!isRecord(fields) || typeof fields.event !== "string") return undefined;
  const { event, channel, data } = fields;
  const decoded = typeof data === "string" ? readJson(data) ?? data : data;
  return typeof channel === "string"
    ? { event, channel, data, decoded, fields }
    : { event, data, decoded, fields };
}
