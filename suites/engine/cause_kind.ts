/**
 * Where a failure comes from, deduced from what the probe found and from what the server said: a
 * feature that is not there, a setting, or the implementation.
 */
import type { Feature, Probed } from "../record/probed.ts";
import type { Requirement } from "../record/requirement.ts";
import type { Cause } from "../record/verdict.ts";

/** The requirements that ask for a feature, as ranges of their numbers. */
const REQUIREMENTS_OF: Readonly<Partial<Record<Feature, readonly (readonly [number, number])[]>>> =
  {
    channels: [[263, 266]],
    channelInfo: [[267, 269]],
    emptyChannelInfo: [[267, 267]],
    channelUsers: [[270, 272]],
    userCounts: [[248, 248], [265, 265], [268, 268]],
    subscriptionCounts: [[249, 249]],
    publishInfo: [[248, 250], [253, 253]],
    batchEvents: [[252, 255]],
    presenceChannels: [[110, 134]],
    encryptedChannels: [[135, 146]],
    cacheChannels: [[146, 160]],
    countEvents: [[176, 181]],
    clientEvents: [[161, 175]],
    signIn: [[182, 188], [191, 200]],
    userEvents: [[191, 192]],
    watchlist: [[196, 200]],
    terminateConnections: [[193, 195]],
  };

/** Refusals by a limit that a setting lifts: a body or message too large, too many, over a quota. */
const LIMITED = /HTTP (413|429)|(closed with|pusher:error) (1009|4004|4100|4301)/;

/** The kind of a failure of this requirement, so observed. */
export function causeKind(
  { id, score }: Requirement,
  observation: string,
  probed: Probed | undefined,
): Cause {
  if (probed && isAbsent(id, probed)) return "absent feature";
  return score === "limits" || LIMITED.test(observation) ? "configuration" : "implementation";
}

/** Whether a requirement is about a feature that the target does not offer. */
export const isAbsent = (id: string, probed: Probed): boolean => isFound("absent", id, probed);

/** Whether a requirement is about a feature that answers, and does not do as it should. */
export const isBroken = (id: string, probed: Probed): boolean => isFound("broken", id, probed);

function isFound(state: "absent" | "broken", id: string, { features }: Probed): boolean {
  return Object.keys(REQUIREMENTS_OF).some((feature) =>
    features[feature as Feature].state === state && // the keys of the table are features
    isOf(feature as Feature, id)
  );
}

/** Whether a requirement asks for a feature. */
export function isOf(feature: Feature, id: string): boolean {
  const number = Number(/^P-(\d+)$/.exec(id)?.[1]);
  return REQUIREMENTS_OF[feature]?.some(([from, to]) => number >= from && number <= to) ?? false;
}
