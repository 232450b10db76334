/** Durations as scenario files write them. */
import { z } from "zod";

export const duration = z.string().regex(
  /^\d+(\.\d+)?(ms|s)$/,
  'expected a duration such as "500ms" or "3s"',
);

/** `500ms` or `3s` in milliseconds. */
export function milliseconds(text: string): number {
  return text.endsWith("ms") ? Number(text.slice(0, -2)) : Number(text.slice(0, -1)) * 1000;
}
