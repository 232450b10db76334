/** Every verb a story may use. A new verb is written in a file of `verbs/` and listed here. */
import type { Vocabulary } from "./language/steps.ts";
import { ACTING } from "./verbs/application/acting.ts";
import { AS_IT_HAPPENED } from "./verbs/application/as_it_happened.ts";
import { BROADCAST } from "./verbs/application/broadcast.ts";
import { HEARING } from "./verbs/application/hearing.ts";
import { KEEPING_UP } from "./verbs/application/keeping_up.ts";
import { LEAKING } from "./verbs/application/leaking.ts";
import { PEOPLE } from "./verbs/application/people.ts";
import { RACE } from "./verbs/application/race.ts";
import { SEEDS } from "./verbs/application/seeds.ts";
import { CLIENT_SAYS } from "./verbs/client_says.ts";
import { CLIENT_TIMING } from "./verbs/client_timing.ts";
import { PAGE_KNOWS } from "./verbs/page_knows.ts";
import { SCRIPTED } from "./verbs/scripted.ts";
import { ANSWER } from "./verbs/answer.ts";
import { API } from "./verbs/api.ts";
import { BURST } from "./verbs/burst.ts";
import { CHURN } from "./verbs/churn.ts";
import { CLOSE } from "./verbs/close.ts";
import { CODES } from "./verbs/codes.ts";
import { COME_AND_GO } from "./verbs/come_and_go.ts";
import { STORM } from "./verbs/storm.ts";
import { CONNECT } from "./verbs/connect.ts";
import { COUNT } from "./verbs/count.ts";
import { COUNTS } from "./verbs/counts.ts";
import { CROWD } from "./verbs/crowd.ts";
import { EXACTLY } from "./verbs/exactly.ts";
import { FOOTPRINT } from "./verbs/footprint.ts";
import { HEARTBEAT } from "./verbs/heartbeat.ts";
import { ECHO } from "./verbs/echo.ts";
import { MAKE } from "./verbs/make.ts";
import { NOTHING_ELSE } from "./verbs/nothing_else.ts";
import { PAGE_SEES } from "./verbs/page_sees.ts";
import { PAGES } from "./verbs/pages.ts";
import { READING } from "./verbs/reading.ts";
import { LAST_TAB } from "./verbs/last_tab.ts";
import { MINGLE } from "./verbs/mingle.ts";
import { OCCUPANCY } from "./verbs/occupancy.ts";
import { OFFICIAL } from "./verbs/official.ts";
import { OUTAGE } from "./verbs/outage.ts";
import { QUOTA } from "./verbs/quota.ts";
import { RECEIVE } from "./verbs/receive.ts";
import { REFUSALS } from "./verbs/refusals.ts";
import { REVEALS } from "./verbs/reveals.ts";
import { ROSTER } from "./verbs/roster.ts";
import { ENCRYPTED } from "./verbs/encrypted.ts";
import { SECRETS } from "./verbs/secrets.ts";
import { SEALED } from "./verbs/sealed.ts";
import { SEND } from "./verbs/send.ts";
import { SEQUENCE } from "./verbs/sequence.ts";
import { SERVER } from "./verbs/server.ts";
import { MEMORY } from "./verbs/memory.ts";
import { STALL } from "./verbs/stall.ts";
import { SURVIVE } from "./verbs/survive.ts";
import { SUBSCRIBE } from "./verbs/subscribe.ts";
import { TRANSPORT } from "./verbs/transport.ts";
import { USERS } from "./verbs/users.ts";
import { USER_SIGNATURE } from "./verbs/user_signature.ts";
import { VANISH } from "./verbs/vanish.ts";
import { WATCHLIST } from "./verbs/watchlist.ts";
import { WEBHOOKS } from "./verbs/webhooks.ts";
import { WEBHOOK_ORDER } from "./verbs/webhook_order.ts";
import { WEBHOOK_REQUESTS } from "./verbs/webhook_requests.ts";
import { WEBHOOK_RETRIES } from "./verbs/webhook_retries.ts";
import { WEBHOOK_STALL } from "./verbs/webhook_stall.ts";
import { WELL_FORMED } from "./verbs/well_formed.ts";
import { WHISPERS } from "./verbs/whispers.ts";

export const VOCABULARY: Vocabulary = [
  ...CONNECT,
  ...QUOTA,
  ...CROWD,
  ...SUBSCRIBE,
  ...BURST,
  ...SURVIVE,
  ...STALL,
  ...MEMORY,
  ...REFUSALS,
  ...ROSTER,
  ...CHURN,
  ...COME_AND_GO,
  ...STORM,
  ...LAST_TAB,
  ...MINGLE,
  ...OCCUPANCY,
  ...OUTAGE,
  ...REVEALS,
  ...SEALED,
  ...RECEIVE,
  ...READING,
  ...COUNT,
  ...WELL_FORMED,
  ...NOTHING_ELSE,
  ...SEND,
  ...CLOSE,
  ...CODES,
  ...VANISH,
  ...HEARTBEAT,
  ...API,
  ...ANSWER,
  ...TRANSPORT,
  ...OFFICIAL,
  ...MAKE,
  ...SEQUENCE,
  ...EXACTLY,
  ...USERS,
  ...WHISPERS,
  ...WEBHOOKS,
  ...WEBHOOK_REQUESTS,
  ...WEBHOOK_RETRIES,
  ...WEBHOOK_ORDER,
  ...WEBHOOK_STALL,
  ...COUNTS,
  ...SECRETS,
  ...USER_SIGNATURE,
  ...WATCHLIST,
  ...SERVER,
  ...FOOTPRINT,
  ...PAGES,
  ...PAGE_SEES,
  ...PAGE_KNOWS,
  ...SCRIPTED,
  ...CLIENT_SAYS,
  ...CLIENT_TIMING,
  ...ECHO,
  ...ENCRYPTED,
  ...PEOPLE,
  ...SEEDS,
  ...ACTING,
  ...HEARING,
  ...RACE,
  ...BROADCAST,
  ...AS_IT_HAPPENED,
  ...KEEPING_UP,
  ...LEAKING,
];
