/** Comparing JSON values by what they mean. */
import { isRecord } from "../wire/frame.ts";

/** The value as JSON with sorted keys: equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "undefined";
  const fields = Object.keys(value).sort().map((key) =>
    `${JSON.stringify(key)}:${canonical(value[key])}`
  );
  return `{${fields.join(",")}}`;
}

/** True for what servers write where there is nothing: absent, null, empty. */
export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "" ||
    (Array.isArray(value) && value.length === 0) ||
    (isRecord(value) && Object.keys(value).length === 0);
}

/** A user's id as text; the documents show both numbers and strings. */
export function idText(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}
