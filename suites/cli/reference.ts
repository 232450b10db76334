/** `reference`: the documentation pages that are made from the code that runs. */
import { join } from "@std/path";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { checksOf } from "../engine/plan.ts";
import { readRegister } from "../explore/register.ts";
import { loadSource } from "../language/source.ts";
import { differencesPage } from "./differences_page.ts";
import { loadScenarios } from "./load_scenarios.ts";
import { verbsPage } from "./verbs_page.ts";

/** Every page by its path from the project's folder. */
export async function referencePages(root: string): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["docs/verbs.md", `${MADE}${await verbsPage(root)}`],
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

async function requirementsPage(root: string): Promise<string> {
  const [{ requirements }, scenarios] = await Promise.all([
    loadCatalogue(root),
    loadScenarios(join(root, "scenarios")),
  ]);
  const judges = new Map<string, Set<string>>();
  for (const scenario of scenarios) {
    // Scenarios made from one table of examples are named once, without the example.
    const family = "example" in scenario.variables
      ? scenario.id.slice(0, scenario.id.lastIndexOf("/"))
      : scenario.id;
    for (const id of checksOf(scenario)) judges.set(id, (judges.get(id) ?? new Set()).add(family));
  }
  const sections = Map.groupBy(requirements, ({ section }) => section);
  const tables = [...sections].map(([section, rows]) => {
    const lines = rows.map(({ id, level, basis, statement, withoutScenario }) => {
      const params = [...judges.get(id) ?? []].map((family) => `\`${family}\``).join("<br>") ||
        withoutScenario || "`check --clients`";
      return `| ${id} | ${level}/${basis} | ${statement.replaceAll("|", "\\|")} | ${params} |`;
    });
    return `## ${section}\n\n| id | strength | requirement | judged by |\n| --- | --- | --- | --- |\n${
      lines.join("\n")
    }\n`;
  });
  return `${MADE}
# Requirements

Every requirement of the catalogue in \`scenarios/requirements/\`, and the scenarios that judge it.

${tables.join("\n")}`;
}
