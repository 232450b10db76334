import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import type { Requirement } from "../record/requirement.ts";
import { actions } from "../language/scenario.ts";
import { loadScenarios } from "../cli/load_scenarios.ts";
import type { Evidence } from "../record/evidence.ts";
import { judge } from "./judge.ts";

const root = fromFileUrl(new URL("../..", import.meta.url));
const scenarios = await loadScenarios(`${root}/scenarios`);
const catalogue = await loadCatalogue(root);

const grading = {
  requirement: (id: string): Requirement => {
    const row = catalogue.find(id);
    if (!row) throw new Error(`no requirement ${id}`);
    return row;
  },
  claims: [],
  known: [],
  clockOffsetMs: 0,
};

describe("a step that the server broke off, or that waited in vain", () => {
  for (const outcome of ["broken", "deadline"] as const) {
    it(`is judged without facts, whatever its verb: ${outcome}`, () => {
      const fallen = new Map<string, string>();
      for (const scenario of scenarios) {
        for (const { index, params, checks, actor, verb } of actions(scenario.steps)) {
          if (checks.length === 0 || !verb.judge) continue;
          const stamp = (seq: number) => ({ seq, t: seq, case: scenario.id });
          const detail = "HTTP 503 before the upgrade";
          const attempt: Evidence[] = [
            { ...stamp(0), kind: "step-begin", step: index, turn: 0, who: actor, params },
            { ...stamp(1), kind: "step-end", step: index, turn: 0, outcome, took: [], detail },
          ];
          try {
            judge(scenario, attempt, grading);
          } catch (error) {
            fallen.set(verb.name, `${scenario.id}: ${error}`);
          }
        }
      }
      assertEquals([...fallen], []);
    });
  }
});
