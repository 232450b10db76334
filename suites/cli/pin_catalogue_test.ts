import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { stringify } from "yaml";
import { ISOLATION } from "../faults/breaks/isolation.ts";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { checksOf } from "../engine/plan.ts";
import { daysOf, readSince, type Since } from "../language/since.ts";
import { loadSource, readSource } from "../language/source.ts";
import { heldAgainst } from "./accusations/held_against.ts";
import { loadClientScenarios, loadScenarios } from "./load_scenarios.ts";
import { pinCatalogue } from "./pin_catalogue.ts";
import { plumbline, root } from "./testing.ts";

const folder = join(root, "scenarios");
const table: Since = readSince(await loadSource(join(folder, "since.yaml")));
const days = daysOf(table);
const scenarios = [
  ...new Map(
    [...await loadScenarios(folder), ...await loadClientScenarios(folder)]
      .map((scenario) => [scenario.id, scenario]),
  ).values(),
];

describe("scenarios/since.yaml", () => {
  it("has the day of every check", () => {
    const missing: Record<string, Set<string>> = {};
    for (const scenario of scenarios) {
      for (const id of checksOf(scenario)) {
        if (days.of(scenario, id) === undefined) {
          (missing[scenario.family] ??= new Set()).add(id);
        }
      }
    }
    const today = new Date().toISOString().slice(0, 10);
    const lines = Object.fromEntries(
      Object.entries(missing).map(([family, ids]) => [family, [...ids]]),
    );
    assertEquals(missing, {}, `add to checks:\n${stringify({ [today]: lines })}`);
  });

  it("counts the rows of every table, so that one which joins it later has a day of its own", () => {
    const apart = new Set(Object.values(table.checks).flatMap((entries) => Object.keys(entries)));
    const rows = Map.groupBy(
      scenarios.filter(({ id, family }) => id === family || !apart.has(id)),
      ({ family }) => family,
    );
    const counts = [...rows].flatMap(([family, those]): [string, number][] =>
      those.length > 1 ? [[family, those.length]] : []
    );
    assertEquals(
      Object.fromEntries(counts),
      table.rows,
      "list a new row by its own id under checks, on the day that it comes",
    );
  });

  it("names nothing that is not there", () => {
    const known = new Set(scenarios.flatMap(({ id, family }) => [id, family]));
    const gone = Object.values(table.checks).flatMap((entries) =>
      Object.keys(entries).filter((id) => !known.has(id))
    );
    assertEquals(gone, []);
  });
});

describe("the catalogue of a day", () => {
  it("judges what there was then, and lets the rest inform, a requirement that is newer too", async () => {
    const { requirements } = await loadCatalogue(root);
    const chosen = scenarios.filter(({ suite }) => suite === "auth");
    const pinned = pinCatalogue("2026-11-25", requirements, chosen, days);
    assert(pinned.newer.length > 0);
    const late = requirements.filter(({ since }) => (since ?? "") > "2026-11-25");
    assert(late.length > 0);
    for (const { id } of late) {
      assertEquals(pinned.requirements.find((row) => row.id === id)?.level, "info");
    }
    const informing = pinned.scenarios.flatMap(({ id, family, steps }) =>
      steps.flatMap((step) => step.kind === "action" ? step.checks : [])
        .flatMap((check) =>
          check.informs && days.of({ id, family }, check.requirement) !== undefined
            ? [`${family} ${check.requirement}`]
            : []
        )
    );
    for (const { scenario, requirement } of pinned.newer) {
      assert(informing.includes(`${scenario} ${requirement}`), `${scenario} ${requirement}`);
    }
  });

  it("of today changes nothing", async () => {
    const { requirements } = await loadCatalogue(root);
    const pinned = pinCatalogue("9999-12-31", requirements, scenarios, days);
    assertEquals(pinned.newer, []);
    assertEquals(pinned.requirements, requirements);
  });

  it("gives a row that joined its table later the row's own day", () => {
    const later = daysOf(readSince(readSource(
      "since.yaml",
      `version: 1
about: rows
checks:
  "2026-11-23":
    auth/doors/key: [P-099]
  "2026-12-24":
    auth/doors/key/new: [P-099]
rows: {}
`,
    )));
    const row = (name: string) => ({ id: `auth/doors/key/${name}`, family: "auth/doors/key" });
    assertEquals(later.of(row("old"), "P-099"), "2026-11-23");
    assertEquals(later.of(row("new"), "P-099"), "2026-12-24");
  });
});

describe("check --catalogue", () => {
  it("is green where only a newer check fails, and names it", async () => {
    const fault = ISOLATION.find(({ name }) => name === "channel-data-only-for-members");
    assert(fault);
    const check = (...options: readonly string[]) =>
      heldAgainst({
        row: "U1",
        does: fault.title,
        server: { rules: fault.rules },
        args: [
          ...["--scenario", "auth/private/with-channel-data"],
          ...["--scenario", "auth/private/right-signature"],
          ...["--fail-on", "should", ...options],
        ],
        right: { exit: 1, failed: [], warned: ["P-327"] },
      });
    const today = await check();
    assertEquals([today.exit, today.failed, today.warned], [1, [], ["P-327"]], today.err);
    const then = await check("--catalogue", "2026-11-25");
    assertEquals([then.exit, then.failed, then.warned], [0, [], []], then.err);
    assertStringIncludes(
      then.err,
      "Catalogue of 2026-11-25; 1 newer check informs only: P-327 in auth/private/with-channel-data",
    );
  });

  it("takes a day, and nothing else", async () => {
    const { code, err } = await plumbline(["check", "--catalogue", "November"]);
    assertEquals(code, 2);
    assertStringIncludes(err, "expected a day such as 2026-11-30");
  });
});
