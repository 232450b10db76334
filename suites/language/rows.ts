/**
 * The tables of a scenario: `examples` gives one scenario a row; with `across` every row of the one
 * meets every row of the other. A table stands in the file, or is one of `scenarios/corpus.json`.
 */
import { z } from "zod";
import corpus from "../../scenarios/corpus.json" with { type: "json" };

const TABLES = Object.keys(corpus) as [keyof typeof corpus, ...(keyof typeof corpus)[]]; // the file has tables

export const tableSchema = z.union([
  z.array(z.looseObject({ name: z.string().min(1) })).min(1),
  z.strictObject({ corpus: z.enum(TABLES).describe("a table of scenarios/corpus.json") }),
]);

type Table = z.infer<typeof tableSchema>;

/** One row: what it is called, and its columns. */
export interface Row {
  readonly name: string;
  readonly [column: string]: unknown;
}

const rowsOf = (table: Table): readonly Row[] =>
  Array.isArray(table) ? table : corpus[table.corpus];

/** Every row of `examples`, or every pair of one with a row of `across`, which names the pair. */
export function combined(examples: Table, across: Table | undefined): readonly Row[] {
  const rows = rowsOf(examples);
  if (across === undefined) return rows;
  return rows.flatMap((row) =>
    rowsOf(across).map((other) => ({ ...row, ...other, name: `${row.name}, ${other.name}` }))
  );
}

/** A column that both tables have, where there is one: in a pair only one of the two would count. */
export function sharedColumn(examples: Table, across: Table): string | undefined {
  const taken = new Set(rowsOf(examples).flatMap((row) => Object.keys(row)));
  return rowsOf(across).flatMap((row) => Object.keys(row))
    .find((column) => column !== "name" && taken.has(column));
}
