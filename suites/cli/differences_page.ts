/** The page of known differences: what each server does where servers differ. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { KnownDifference, Register } from "../explore/register.ts";

/** The first column; the others are compared with it. */
const FIRST = "reference";

/** A Markdown page with a column for each target of the register. */
export function differencesPage(
  { differences }: Register,
  { ambiguities, find }: Catalogue,
): string {
  const others = new Set(differences.flatMap(({ does }) => Object.keys(does)));
  const columns = [FIRST, ...[...others].filter((name) => name !== FIRST)];
  const rows = merged(differences).map((one) => [
    `${one.when}${one.seenBy === "another" ? "; seen by another" : ""}`,
    ...columns.map((name) => one.does[name] ?? ""),
    [one.requirement, one.ambiguity, one.reason].filter((part) => part).join("; "),
  ]);
  const statements = [...new Set(differences.flatMap(({ requirement }) => requirement ?? []))]
    .sort()
    .map((id) => [id, find(id)?.statement ?? ""]);
  const open = ambiguities.map(({ id, matter, demotes }) => [
    id,
    matter,
    demotes ? `${demotes.requirement}${demotes.part ? ` (${demotes.part})` : ""}` : "",
  ]);
  return `
# Where servers differ

Measured, not read: [explore](explore.md) ran the same random histories on two servers each and
compared what they answered, up to socket ids, times, key order and lists without an order. This
page shows the register of what came of it, \`targets/differences.yaml\`.

\`*\` stands for any text, \`nothing\` means that nothing came, and in an empty cell nothing was
measured. A server may have more than one row for the same situation.

${table(["what is done", ...columns, "what speaks to it"], rows)}

## The requirements that speak to it

${table(["id", "requirement"], statements)}

## What the documents leave open

${table(["id", "matter", "informs only"], open)}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.trim().replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** One row for what the first target does in a situation, with what each other target does. */
function merged(differences: readonly KnownDifference[]): KnownDifference[] {
  const rows = new Map<string, KnownDifference>();
  for (const one of differences.toSorted((a, b) => a.when < b.when ? -1 : 1)) {
    const own = [one.when, one.seenBy, one.does[FIRST]].join("\n");
    const others = Object.entries(one.does).filter(([name]) => name !== FIRST);
    let row = rows.get(own);
    // A target that does one thing or another has a row for each.
    for (let n = 2; row && others.some(([name]) => row?.does[name] !== undefined); n++) {
      row = rows.get(`${own}\n${n}`);
      if (!row) rows.set(`${own}\n${n}`, one);
    }
    if (row) Object.assign(row, { does: { ...row.does, ...one.does } });
    else if (!rows.has(own)) rows.set(own, { ...one });
  }
  return [...rows.values()];
}
