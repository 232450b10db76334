/** A scenario with one check and a row of the catalogue, for tests. */
import type { Requirement } from "../record/requirement.ts";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import type { Scenario } from "./scenario.ts";
import { VOCABULARY } from "../cli/vocabulary.ts";

const STORY = `
version: 1
suite: auth
scenarios:
  - id: auth/a/b
    title: Nobody is admitted without a signature
    clients: { eve: {} }
    steps:
      - eve: { isRefused: private-orders, checks: P-095 }
`;

/** A row of the catalogue that binds servers, as far as verdicts depend on it. */
export const requirementOf = (id: string, more: Partial<Requirement> = {}): Requirement => ({
  id,
  level: "must",
  basis: "D",
  roles: ["S"],
  score: "conformance",
  section: "",
  statement: "",
  source: "",
  live: false,
  ambiguities: [],
  ...more,
});

/** It checks P-095 in its only step. */
export function oneCheck(): Scenario {
  const [scenario] = parseScenarios(readSource("scenario.yaml", STORY), VOCABULARY);
  if (!scenario) throw new Error("the scenario has one scenario");
  return scenario;
}
