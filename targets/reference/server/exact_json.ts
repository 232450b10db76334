/** JSON whose numbers are written again as they were read: `1.0`, and integers of 64 bits. */

/** What TypeScript's library does not declare yet (the JSON.parse source text access proposal). */
interface SourceTextJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, at: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

// The runtime has both; only their types are missing.
const json = JSON as unknown as SourceTextJson;

/** As `JSON.parse`, but a number that would be written differently stands for its own text. */
export function parseExactly(text: string): unknown {
  return json.parse(
    text,
    (_key, value, { source }) =>
      typeof value === "number" && source !== undefined && String(value) !== source
        ? json.rawJSON(source)
        : value,
  );
}
