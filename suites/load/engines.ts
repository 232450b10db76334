/** The engines by name, each with how it says which one it is. */
import type { Engine } from "./engine.ts";
import { embedded } from "./embedded/embedded_engine.ts";
import { k6, k6Version } from "./k6/k6_engine.ts";

export const ENGINES = ["embedded", "k6"] as const;
export type EngineName = typeof ENGINES[number];

interface KnownEngine {
  readonly run: Engine;
  /** `embedded`, or k6 with its version. */
  readonly title: () => Promise<string>;
}

export const engines: Readonly<Record<EngineName, KnownEngine>> = {
  embedded: { run: embedded, title: () => Promise.resolve("embedded") },
  k6: { run: k6, title: k6Version },
};
