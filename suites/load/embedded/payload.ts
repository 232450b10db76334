/** What an event of the load carries. */
import { machine } from "./machine.ts";
import type { Publication } from "./ledger.ts";
import { writeStamp } from "./stamp.ts";

/** The plan's own data, with the stamp in its place. */
export function filledIn(event: Publication, template: string): string {
  return template.replace("$stamp", () => writeStamp({ machine, ...event }));
}

/** JSON of the length that the plan wants, or little more. */
export function payload(event: Publication, length: number): string {
  const text = `{"stamp":"${writeStamp({ machine, ...event })}","fill":"`;
  return `${text}${"x".repeat(Math.max(0, length - text.length - 2))}"}`;
}
