/** The engines by name, each with how it says which one it is. */
import type { Engine } from "./engine.ts";
import { beyondBound } from "./embedded/bound.ts";
import { embedded } from "./embedded/embedded_engine.ts";
import { k6, k6Version } from "./k6/k6_engine.ts";
import type { LoadPlan } from "../record/load/plan.ts";

export const ENGINES = ["embedded", "k6"] as const;
export type EngineName = typeof ENGINES[number];

interface KnownEngine {
  readonly run: Engine;
  /** `embedded`, or k6 with its version. */
  readonly title: () => Promise<string>;
  /** Why a plan is more than it may be believed of, whatever it measures of itself. */
  readonly beyondBound: (plan: LoadPlan) => string | undefined;
}

export const engines: Readonly<Record<EngineName, KnownEngine>> = {
  embedded: { run: embedded, title: () => Promise.resolve("embedded"), beyondBound },
  k6: { run: k6, title: k6Version, beyondBound: () => undefined },
};
