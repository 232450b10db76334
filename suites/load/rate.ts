/** Rates as load scenarios write them. */
import { z } from "zod";

export const rate = z.string().regex(
  /^\d+(\.\d+)?\/(s|min)$/,
  'expected a rate such as "500/s" or "3/min"',
);

/** `500/s` or `3/min` in times a second. */
export function perSecond(text: string): number {
  const [count, unit] = text.split("/");
  return Number(count) / (unit === "min" ? 60 : 1);
}
