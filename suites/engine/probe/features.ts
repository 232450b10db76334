/** Uses every feature once, rightly, side by side. */
import { type Feature, type FeatureFound, FEATURES } from "../../record/probed.ts";
import type { Asking } from "./asking.ts";
import {
  ofCacheChannels,
  ofEncryptedChannels,
  ofNobody,
  ofPresenceChannels,
  ofPrivateChannels,
  ofPublicChannels,
} from "./channels.ts";
import { found } from "./found.ts";
import { ofUsers } from "./users.ts";

const GROUPS = [
  ofNobody,
  ofPublicChannels,
  ofPrivateChannels,
  ofPresenceChannels,
  ofEncryptedChannels,
  ofCacheChannels,
  ofUsers,
];

/** The state of every feature of the target's main app. */
export async function findFeatures(asking: Asking): Promise<Record<Feature, FeatureFound>> {
  const results = await Promise.all(GROUPS.map((group) => group(asking)));
  const untried = Object.keys(FEATURES).map((feature) => [feature, found("unknown", "not tried")]);
  return Object.assign(Object.fromEntries(untried), ...results);
}
