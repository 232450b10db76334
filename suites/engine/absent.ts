/**
 * What is not there is accused once: by the requirement that asks for it. What others ask of it is
 * blocked by that one. It is so with a feature that the probe did not find; with an API that takes
 * requests without a signature, where nothing can be asked about signatures; and with one whose
 * refusals have the status of a success, where no refusal can be told from a success.
 */
import type { Feature, Probed } from "../record/probed.ts";
import { ERROR_AS_SUCCESS } from "../record/observation.ts";
import {
  ACCUSATIONS,
  type BlockedBy,
  type CaseResult,
  type CheckResult,
  verdictOf,
} from "../record/verdict.ts";
import { isOf } from "./cause_kind.ts";
import { nowBlocked } from "./check_result.ts";

const UNSIGNED = {
  /** Every request must be authenticated. */
  requirement: "P-216",
  /** An event that was published without a signature arrived. */
  observation: "an event",
  /** What the signature covers, and what is signed. */
  blocks: new Set([
    "P-217",
    "P-218",
    "P-219",
    "P-220",
    "P-221",
    "P-222",
    "P-223",
    "P-227",
    "P-228",
  ]),
};

/** The requirement that asks for a feature, where several ask for more than that it is there. */
const ASKED_BY: Readonly<Partial<Record<Feature, string>>> = {
  batchEvents: "P-252",
  cacheChannels: "P-146",
  channelInfo: "P-267",
  channels: "P-263",
  publishInfo: "P-248",
  watchlist: "P-196",
};

type Because = BlockedBy & { readonly kind: "cause" };

/** Blocks what cannot hold because of what is not there. */
export function accuseOnce(
  results: readonly CaseResult[],
  probed: Probed | undefined,
): readonly CaseResult[] {
  const features = Object.entries(ASKED_BY).flatMap(([feature, asker]) => {
    const name = feature as Feature; // the keys of ASKED_BY
    if (probed?.features[name].state !== "absent") return [];
    const isOfIt = (requirement: string) => isOf(name, requirement);
    const first = results.flatMap(({ checks }) => checks)
      .filter((check) => isOfIt(check.requirement) && ACCUSATIONS.has(check.verdict))
      .map(({ requirement }) => requirement).toSorted()[0];
    const by = accusationOf((requirement) => requirement === asker, results) ??
      accusationOf((requirement) => requirement === first, results);
    return by ? [{ isOfIt, by: by.because, seen: by.observation }] : [];
  });
  const isUnsigned = (requirement: string) => requirement === UNSIGNED.requirement;
  const unsigned = accusationOf(isUnsigned, results, UNSIGNED.observation);
  const absent = [
    ...features,
    ...(unsigned
      ? [{
        isOfIt: (id: string) => UNSIGNED.blocks.has(id) || isUnsigned(id),
        by: unsigned.because,
        seen: UNSIGNED.observation,
      }]
      : []),
  ];
  const belied = accusationOf(isUnsigned, results, ERROR_AS_SUCCESS)?.because;
  if (absent.length === 0 && !belied) return results;
  /**
   * What keeps a requirement from holding that asks for more of what is absent; what is absent is
   * told of once, as it was first seen.
   */
  const becauseOf = (
    { requirement, observation }: Pick<CheckResult, "requirement" | "observation">,
  ): Because | undefined =>
    absent.find(({ isOfIt, by, seen }) =>
      isOfIt(requirement) &&
      (by.requirement !== requirement ||
        seen !== undefined && observation !== undefined && observation !== seen)
    )?.by;
  return results.map((result) => {
    const checks = result.checks.map((check) => {
      if (ACCUSATIONS.has(check.verdict)) {
        const isBelied = check.observation === ERROR_AS_SUCCESS &&
          check.requirement !== UNSIGNED.requirement;
        const by = becauseOf(check) ?? (isBelied ? belied : undefined);
        return by ? nowBlocked(check, by) : check;
      }
      const { blockedBy } = check;
      const by = blockedBy?.kind === "cause"
        ? becauseOf({ requirement: blockedBy.requirement })
        : undefined;
      return by ? { ...check, blockedBy: by } : check;
    });
    return { ...result, checks, verdict: verdictOf(checks) };
  });
}

/** The first check that accuses such a requirement, of this if it is given. */
function accusationOf(
  isIt: (requirement: string) => boolean,
  results: readonly CaseResult[],
  observation?: string,
): { readonly because: Because; readonly observation?: string | undefined } | undefined {
  for (const { id, checks } of results) {
    const found = checks.find((check) =>
      isIt(check.requirement) && ACCUSATIONS.has(check.verdict) &&
      (observation === undefined || check.observation === observation)
    );
    if (found) {
      const { requirement, step, observation } = found;
      return { because: { kind: "cause", requirement, case: id, step }, observation };
    }
  }
  return undefined;
}
