import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { actions } from "../language/scenario.ts";
import { exampleScenarios } from "../cli/derived_scenarios.ts";
import { loadClientScenarios, loadScenarios } from "../cli/load_scenarios.ts";
import { loadCatalogue } from "./catalogue.ts";

const root = fromFileUrl(new URL("../..", import.meta.url));
const catalogue = await loadCatalogue(root);
const scenarios = [
  ...await loadScenarios(`${root}/scenarios`),
  // What is checked of applications that declare what they have.
  ...await exampleScenarios(root),
];
const checks = scenarios.flatMap((scenario) =>
  actions(scenario.steps).flatMap((step) =>
    step.checks.map((check) => ({ id: scenario.id, ...check }))
  )
);
const judged = new Set(checks.map(({ requirement }) => requirement));

const judgedOnClients = new Set(
  (await loadClientScenarios(`${root}/scenarios`)).flatMap((scenario) =>
    actions(scenario.steps).flatMap((step) => step.checks.map((check) => check.requirement))
  ),
);

describe("the catalogue and the scenarios match", () => {
  it("every requirement a scenario names is in the catalogue", () => {
    assertEquals(checks.filter(({ requirement }) => !catalogue.find(requirement)), []);
  });

  it("every requirement is judged by a scenario, or says why not", () => {
    const missing = catalogue.requirements
      .filter(({ id, roles, withoutScenario }) =>
        !judged.has(id) && !withoutScenario && roles.some((role) => "SHWA".includes(role))
      )
      .map(({ id }) => id);
    assertEquals(missing, []);
  });

  it("every requirement that binds clients, and no other, is judged on clients, or says why not", () => {
    const binding = catalogue.requirements
      .filter(({ roles, withoutScenario }) => roles.includes("C") && !withoutScenario)
      .map(({ id }) => id);
    assertEquals([...judgedOnClients].sort(), binding);
  });

  it("no requirement that says why it has no scenario has one", () => {
    const both = catalogue.requirements.filter(({ id, withoutScenario }) =>
      withoutScenario && judged.has(id)
    ).map(({ id }) => id);
    assertEquals(both, []);
  });

  it("only what the register touches is demoted", () => {
    const wrong = checks.filter(({ requirement, ambiguity }) =>
      ambiguity !== undefined && !catalogue.find(requirement)?.ambiguities.includes(ambiguity)
    );
    assertEquals(wrong, []);
  });
});
