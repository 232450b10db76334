/** Scenarios whose verbs can run and judge: what the language parses, with the engine's own verbs. */
import type { ActionStepOf, ScenarioOf, StepOf } from "../language/scenario.ts";
import type { Verb } from "./verb.ts";

export type Scenario = ScenarioOf<Verb>;
export type Step = StepOf<Verb>;
export type ActionStep = ActionStepOf<Verb>;
