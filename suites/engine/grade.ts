/** From a finding to a verdict: what the catalogue and the target file say of a requirement. */
import { globToRegExp } from "@std/path";
import type { Known } from "../../targets/target.ts";
import type { BoundKey, Requirement } from "../record/requirement.ts";
import type { Check } from "../language/scenario.ts";
import type { Probed } from "../record/probed.ts";
import type { Verdict } from "../record/verdict.ts";
import type { Model } from "./model.ts";

/** What the catalogue and the target file say, which turns a finding into a verdict. */
export interface Grading {
  readonly requirement: (id: string) => Requirement;
  readonly claims: readonly string[];
  readonly known: readonly Known[];
  readonly clockOffsetMs: number;
  /** Explains every frame and answer; absent where clients are judged: a scripted server is no target. */
  readonly model?: Model;
  /** Blames a check for whatever is missing, never a premise: where the server is right but for one fault. */
  readonly isStrict?: true;
  /** How long the target file says that things may take with it, in milliseconds. */
  readonly bounds?: Readonly<Partial<Record<BoundKey, number>>>;
  /** What the probe found out about the target. */
  readonly probed?: Probed;
  /** Scenarios, by id, that are newer than the catalogue that is judged by. */
  readonly newer?: ReadonlySet<string>;
  /** Whether the target file has a prefix before the API's paths, which the signature leaves out. */
  readonly hasPrefix?: boolean;
}

/** What a check that did not hold weighs. */
export function weigh(
  requirement: Requirement,
  check: Pick<Check, "ambiguity" | "informs">,
  scenarioId: string,
  { claims, known }: Grading,
): { readonly verdict: Verdict; readonly admitted?: Known } {
  if (isOpen(requirement, check)) return { verdict: "info" };
  const admitted = known.find((entry) =>
    entry.requirement === requirement.id &&
    (entry.scenario === undefined || globToRegExp(entry.scenario).test(scenarioId))
  );
  if (admitted) return { verdict: "known", admitted };
  if (requirement.level === "should") return { verdict: "warn" };
  const isQuota = requirement.score === "limits" && !claims.includes(requirement.id);
  return { verdict: isQuota ? "warn" : "fail" };
}

/** Whether a check only informs, whatever comes: the documents leave it open, or it is a MAY. */
export function isOpen(
  requirement: Requirement,
  check: Pick<Check, "ambiguity" | "informs">,
): boolean {
  return requirement.live || requirement.demoted === true || check.ambiguity !== undefined ||
    check.informs === true || requirement.level === "info" || requirement.level === "may";
}
