/** All deviations there are, for the table of what a checkout says of each. */
import type { Deviation } from "./deviation.ts";
import { ANSWERS } from "./deviations/answers.ts";
import { APPLICATIONS } from "./deviations/applications.ts";
import { CAUSES } from "./deviations/causes.ts";
import { CONNECTIONS } from "./deviations/connections.ts";
import { DIALECTS } from "./deviations/dialects.ts";
import { FOLLOWING } from "./deviations/following.ts";
import { PRESENCE } from "./deviations/presence.ts";
import { REFUSED, REFUSED_BY_ANOTHER_NAME } from "./deviations/subscribing.ts";

export const DEVIATIONS: readonly Deviation[] = [
  ...REFUSED,
  ...REFUSED_BY_ANOTHER_NAME,
  ...ANSWERS,
  ...PRESENCE,
  ...CONNECTIONS,
  ...CAUSES,
  ...APPLICATIONS,
  ...FOLLOWING,
  ...DIALECTS,
];
