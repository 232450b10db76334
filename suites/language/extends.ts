/** A file that says what is different from another one: `extends: NAME`, of the same folder. */
import { dirname, join } from "@std/path";
import { isRecord } from "../wire/frame.ts";
import type { Source } from "./bad_file.ts";
import { loadSource } from "./source.ts";

/**
 * The content of a file with what it extends; `undefined` where it extends nothing. `prepare` is
 * given both documents before they become values. Throws `BadFile`.
 */
export async function extended(
  source: Source,
  prepare: (source: Source) => void = () => {},
): Promise<unknown> {
  const { document, file } = source;
  const name = document.get("extends");
  if (typeof name !== "string") return undefined;
  const base = await loadSource(join(dirname(file), `${name}.yaml`));
  for (const one of [base, source]) prepare(one);
  // What it extends may extend another one in turn.
  return merged(await extended(base, prepare) ?? base.document.toJS(), document.toJS());
}

/** What the base says, where the file itself says nothing; mappings are merged key by key. */
function merged(base: unknown, own: unknown): unknown {
  if (!isRecord(base) || !isRecord(own)) return own;
  const { extends: _, ...rest } = own;
  return Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(rest)])].map((key) => [
      key,
      key in rest ? merged(base[key], rest[key]) : base[key],
    ]),
  );
}
