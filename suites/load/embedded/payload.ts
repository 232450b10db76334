/** What an event of the load carries. */
import { machine } from "./machine.ts";
import type { Publication } from "./ledger.ts";
import { writeStamp } from "./stamp.ts";

/** JSON of the length that the plan wants, or little more. */
export function payload(event: Publication, length: number): string {
  const text = `{"stamp":"${writeStamp({ machine, ...event })}","fill":"`;
  return `${text}${"x".repeat(Math.max(0, length - text.length - 2))}"}`;
}
