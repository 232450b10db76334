/** What the probe found out about a target before the first scenario. */

/** What a target may offer, in the words a report uses for it. */
export const FEATURES = {
  channels: "GET /channels",
  channelInfo: "GET /channels/X of an occupied channel",
  emptyChannelInfo: "GET /channels/X of an empty channel",
  channelUsers: "GET /channels/X/users",
  userCounts: "info=user_count",
  subscriptionCounts: "info=subscription_count",
  events: "POST /events",
  publishInfo: "info of POST /events",
  batchEvents: "POST /batch_events",
  privateChannels: "private channels",
  presenceChannels: "presence channels",
  encryptedChannels: "encrypted channels",
  cacheChannels: "cache channels",
  countEvents: "subscription_count events",
  clientEvents: "client events",
  signIn: "sign-in",
  userEvents: "events to a user",
  watchlist: "watchlist events",
  terminateConnections: "POST /users/X/terminate_connections",
} as const;

export type Feature = keyof typeof FEATURES;

/**
 * - `offered`: it was used, and the server did what it is for.
 * - `absent`: the server says that it has no such thing (404, 405, 501, an error for an unknown
 *   event), or says nothing where an answer is due.
 * - `broken`: it answers, but refuses right use or answers with something else.
 * - `unknown`: it could not be tried; the observation says why.
 */
export type FeatureState = "offered" | "absent" | "broken" | "unknown";

export interface FeatureFound {
  readonly state: FeatureState;
  /** What was asked and what the server said, in one line. */
  readonly observation: string;
}

export interface Probed {
  readonly features: Readonly<Record<Feature, FeatureFound>>;
  /** The target's clock minus ours in milliseconds; 0 where they are too near to tell. */
  readonly clockOffsetMs: number;
  /** What was refused although a proof elsewhere shows that the settings are right. */
  readonly doubts: readonly string[];
  readonly durationMs: number;
}

/** The features in this state, in the words a report uses for them. */
export function featuresThatAre(state: FeatureState, { features }: Probed): string[] {
  return Object.entries(FEATURES)
    .filter(([feature]) => features[feature as Feature].state === state) // the keys of FEATURES
    .map(([, title]) => title);
}

/** The head of every report: how much is offered, and by name what is not. */
export function offer(probed: Probed): string {
  const all = Object.keys(FEATURES).length;
  const rest = ([
    ["not offered", "absent"],
    ["broken", "broken"],
    ["not tried", "unknown"],
  ] as const).flatMap(([words, state]) => {
    const names = featuresThatAre(state, probed);
    return names.length === 0 ? [] : [`${words}: ${names.join(", ")}`];
  });
  return [
    `${featuresThatAre("offered", probed).length} of ${all} features offered by app main`,
    ...rest,
  ]
    .join("; ");
}
