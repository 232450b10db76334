/** What an event says beside the state, held against what is read of the resource after it. */
import { valueAt } from "../../applications/answers.ts";
import type { ResourceAnswer } from "../../language/application.ts";

/** Where a payload has what, as the application file says. */
export interface Telling {
  /** By their names among the answers of read. */
  readonly values: Readonly<Record<string, string>>;
  readonly version?: string | undefined;
}

/** The first value that was read as another than was told, in words; undefined where all are alike. */
export function differenceIn(
  data: unknown,
  { values, version }: Telling,
  read: ResourceAnswer,
): string | undefined {
  // Without a version nobody can tell whether an event is late, or wrong.
  if (version === undefined || read.version === undefined) return undefined;
  if (isPast(valueAt(data, version), read.version)) return undefined;
  for (const [name, path] of Object.entries(values)) {
    const told = valueAt(data, path);
    if (told === undefined) return `promises ${name} (at "${path}"), but nothing is there`;
    if (asText(told) !== asText(read[name])) {
      return `told ${name} as ${asText(told)}, and ${asText(read[name])} was read after it`;
    }
  }
  return undefined;
}

/** Somebody has changed it again since it was told: what is read now is of a later version. */
function isPast(told: unknown, read: unknown): boolean {
  const [before, now] = [Number(told), Number(read)];
  return !Number.isNaN(before) && !Number.isNaN(now) && now > before;
}

/** As `read` has it: texts as they are, everything else as JSON. */
const asText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value) ?? "nothing";
