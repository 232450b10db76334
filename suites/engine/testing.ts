/** A scenario for tests, with one check. */
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

/** It checks P-095 in its only step. */
export function oneCheck(): Scenario {
  const [scenario] = parseScenarios(readSource("scenario.yaml", STORY), VOCABULARY);
  if (!scenario) throw new Error("the scenario has one scenario");
  return scenario;
}
