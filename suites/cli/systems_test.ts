/** The table of docs/applications.md: every system of the reference application, and what shows it. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { loadApplication } from "../applications/file.ts";
import { derivedScenarios } from "./derived_scenarios.ts";
import { loadScenarios } from "./load_scenarios.ts";
import { root } from "./testing.ts";

const SYSTEMS = 15;
const page = await Deno.readTextFile(join(root, "docs", "applications.md"));

/** Rows of the table: a system's number, the scenarios and the files that its row names. */
const rows = page.split("\n").flatMap((line) => {
  const [, number] = /^\| A(\d+) /.exec(line) ?? [];
  if (number === undefined) return [];
  const named = [...line.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  const [files, scenarios] = [true, false].map((isFile) =>
    named.filter((name) => name.endsWith(".ts") === isFile)
  );
  return [{ number: Number(number), files: files ?? [], scenarios: scenarios ?? [] }];
});

describe("what shows that the reference application works", () => {
  it("is named for each of its systems", () => {
    assertEquals(
      rows.map(({ number }) => number),
      Array.from({ length: SYSTEMS }, (_, at) => at + 1),
    );
    assertEquals(rows.filter(({ files }) => files.length === 0), []);
  });

  it("is there: each scenario, and each test, which is no empty one", async () => {
    const portal = join(root, "targets", "applications", "reference-portal.yaml");
    const scenarios = [
      ...await loadScenarios(join(root, "scenarios")),
      ...derivedScenarios(await loadApplication(portal, () => undefined)),
    ];
    const ids = scenarios.flatMap(({ id, family }) => [id, family]);
    for (const { number, files, scenarios } of rows) {
      assertEquals(scenarios.filter((name) => !ids.includes(name)), [], `A${number}`);
      for (const file of files) {
        assert((await Deno.readTextFile(join(root, file))).includes("  it("), file);
      }
    }
  });
});
