/** `reference`: the documentation pages that are made from the code that runs. */
import { join } from "@std/path";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { checksOf } from "../engine/plan.ts";
import { readRegister } from "../explore/register.ts";
import type { Requirement } from "../record/requirement.ts";
import { loadSource } from "../language/source.ts";
import { applicationKeysPage } from "./application_keys_page.ts";
import { differencesPage } from "./differences_page.ts";
import { exampleScenarios } from "./derived_scenarios.ts";
import { loadScenarios } from "./load_scenarios.ts";
import { verbsPage } from "./verbs_page.ts";

/** Every page by its path from the project's folder. */
export async function referencePages(root: string): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["docs/verbs.md", `${MADE}${await verbsPage(root)}`],
    ["docs/application-keys.md", `${MADE}${applicationKeysPage()}`],
    ["docs/requirements.md", await requirementsPage(root)],
    ["docs/ambiguities.md", `${MADE}${await ambiguitiesPage(root)}`],
  ]);
}

/** Writes the pages; returns their paths. */
export async function writeReference(root: string): Promise<string[]> {
  const pages = await referencePages(root);
  for (const [path, text] of pages) await Deno.writeTextFile(join(root, path), text);
  return [...pages.keys()];
}

const MADE =
  "<!-- Made by `deno task reference`; change the code it is made from. -->\n<!-- deno-fmt-ignore-file -->\n";

async function ambiguitiesPage(root: string): Promise<string> {
  const source = await loadSource(join(root, "targets", "differences.yaml"));
  return differencesPage(readRegister(source), await loadCatalogue(root));
}

/** Where a requirement is stated, as a link where there is a page to open. */
function sourceOf({ source, url }: Requirement): string {
  const text = source.replaceAll("|", "\\|");
  return url === undefined ? text : `[${text.replaceAll(/[[\]]/g, "\\$&")}](${url})`;
}

async function requirementsPage(root: string): Promise<string> {
  const [{ requirements }, scenarios] = await Promise.all([
    loadCatalogue(root),
    Promise.all([loadScenarios(join(root, "scenarios")), exampleScenarios(root)]),
  ]);
  const judges = new Map<string, Set<string>>();
  for (const scenario of scenarios.flat()) {
    // Scenarios made from one table of examples are named once, without the example.
    const family = "example" in scenario.variables
      ? scenario.id.slice(0, scenario.id.lastIndexOf("/"))
      : scenario.id;
    for (const id of checksOf(scenario)) judges.set(id, (judges.get(id) ?? new Set()).add(family));
  }
  const sections = Map.groupBy(requirements, ({ section }) => section);
  const tables = [...sections].map(([section, rows]) => {
    const lines = rows.map((row) => {
      const { id, level, basis, statement, withoutScenario, since } = row;
      const params = [...judges.get(id) ?? []].map((family) => `\`${family}\``).join("<br>") ||
        withoutScenario || "`check --clients`";
      const cells = [
        `<a id="${id}"></a>${id}`,
        `${level}/${basis}`,
        statement.replaceAll("|", "\\|"),
        sourceOf(row),
        since,
        params,
      ];
      return `| ${cells.join(" | ")} |`;
    });
    const head = "| id | strength | requirement | source | since | judged by |";
    return `## ${section}\n\n${head}\n| --- | --- | --- | --- | --- | --- |\n${lines.join("\n")}\n`;
  });
  return `${MADE}
# Requirements

Every requirement of the catalogue in \`scenarios/requirements/\`, where it is stated, since when it is
in the catalogue, and the scenarios that judge it. Each has an anchor: \`requirements.md#P-021\`.

Its strength is a level and a basis. \`must\` fails a check, \`should\` warns, \`may\` and \`info\` inform.
E: the documents say it with a keyword of RFC 2119. D: they state it in prose. O: the official
libraries depend on it. X: any sane server has it.

## How to dispute one

A requirement is wrong where its source does not say it, says less, or says something else; a check
is wrong where a server that keeps the requirement fails it.

1. Read the source in the table. Hosted Pusher's behaviour counts where the documents are silent.
2. Look at the evidence: the report's scenario has every frame and answer, in order. \`repro\` makes a
   program of it that needs no Plumbline ([repro.md](repro.md)).
3. See [ambiguities.md](ambiguities.md): where servers and documents differ, a check only informs.
4. Open an issue at the repository that you have Plumbline from. Name the requirement, quote the
   source that says otherwise with its address, and attach the scenario's evidence or the program.

Until it is settled, a [list of expected verdicts](ci.md#expected-verdicts) keeps your gate green, with
your reason in it. A requirement is never renumbered.

${tables.join("\n")}`;
}
