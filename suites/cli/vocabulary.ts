/** Every verb a scenario may use. A new verb is written in `steps/`, `expect/` or `workloads/` and listed here. */
import type { Vocabulary } from "../language/steps.ts";
import type { Verb } from "../engine/verb.ts";
import { ACTING } from "../steps/application/acting.ts";
import { SIGNING } from "../steps/application/signing.ts";
import { AS_IT_HAPPENED } from "../workloads/application/as_it_happened.ts";
import { BROADCAST } from "../workloads/application/broadcast.ts";
import { FIGURE } from "../workloads/application/figure.ts";
import { HEARING } from "../workloads/application/hearing.ts";
import { KEEPING_UP } from "../workloads/application/keeping_up.ts";
import { LEAKING } from "../workloads/application/leaking.ts";
import { TRYING_EVERYTHING } from "../workloads/application/trying_everything.ts";
import { PEOPLE } from "../steps/application/people.ts";
import { MOVES } from "../steps/application/resource_moves.ts";
import { RESOURCE_LISTS } from "../steps/application/resource_list.ts";
import { RESOURCES } from "../steps/application/resources.ts";
import { RESOURCE_EVENTS } from "../workloads/application/resource_events.ts";
import { RESOURCE_FEED } from "../workloads/application/resource_feed.ts";
import { RESOURCE_PAGE } from "../workloads/application/resource_page.ts";
import { RESOURCE_SECRETS } from "../workloads/application/resource_secrets.ts";
import { RESOURCE_RACE } from "../workloads/application/resource_race.ts";
import { LEASE } from "../workloads/application/lease.ts";
import { RACE } from "../workloads/application/race.ts";
import { SEEDS } from "../steps/application/seeds.ts";
import { CLIENT_SAYS } from "../expect/client_says.ts";
import { CLIENT_TIMING } from "../expect/client_timing.ts";
import { PAGE_KNOWS } from "../expect/page_knows.ts";
import { SCRIPTED } from "../steps/scripted.ts";
import { ANSWER } from "../expect/answer.ts";
import { API } from "../steps/api.ts";
import { BURST } from "../workloads/burst.ts";
import { CHURN } from "../workloads/churn.ts";
import { CLOSE } from "../steps/close.ts";
import { CODES } from "../expect/codes.ts";
import { COME_AND_GO } from "../workloads/come_and_go.ts";
import { STORM } from "../workloads/storm.ts";
import { CONNECT } from "../steps/connect.ts";
import { CROWD } from "../workloads/crowd.ts";
import { FLOOD } from "../workloads/flood/flood.ts";
import { GROWTH } from "../workloads/growth/growth.ts";
import { HEARTBEAT } from "../steps/heartbeat.ts";
import { ECHO } from "../steps/echo.ts";
import { MAKE } from "../steps/make.ts";
import { NOTHING_ELSE } from "../expect/nothing_else.ts";
import { AGAIN } from "../expect/again.ts";
import { RECEIVED } from "../expect/received.ts";
import { RECEIVES } from "../expect/receives.ts";
import { PAGE_SEES } from "../expect/page_sees.ts";
import { PAGES } from "../steps/pages.ts";
import { READING } from "../steps/reading.ts";
import { LAST_TAB } from "../workloads/last_tab.ts";
import { MINGLE } from "../workloads/mingle.ts";
import { OCCUPANCY } from "../workloads/occupancy.ts";
import { OCCUPIED } from "../expect/occupancy.ts";
import { OFFICIAL } from "../steps/official.ts";
import { OUTAGE } from "../workloads/outage.ts";
import { QUOTA } from "../workloads/quota.ts";
import { REFUSALS } from "../expect/refusals.ts";
import { RESUMES } from "../workloads/resumes.ts";
import { ROLLING_RESTART } from "../workloads/rolling_restart.ts";
import { REVEALS } from "../expect/reveals.ts";
import { ROSTER } from "../workloads/roster.ts";
import { ENCRYPTED } from "../steps/encrypted.ts";
import { SECRETS } from "../expect/secrets.ts";
import { SEALED } from "../expect/sealed.ts";
import { SEGMENTS } from "../steps/segments.ts";
import { SEND } from "../steps/send.ts";
import { IS_ANSWERED } from "../expect/is_answered.ts";
import { SEQUENCE } from "../workloads/sequence.ts";
import { SERVER } from "../steps/server.ts";
import { MEMORY } from "../workloads/memory.ts";
import { STALL } from "../workloads/stall.ts";
import { SURVIVE } from "../workloads/survive.ts";
import { SUBSCRIBE } from "../steps/subscribe.ts";
import { TRANSPORT } from "../steps/transport.ts";
import { USERS } from "../steps/users.ts";
import { USER_SIGNATURE } from "../expect/user_signature.ts";
import { VANISH } from "../steps/vanish.ts";
import { WATCHLIST } from "../expect/watchlist.ts";
import { WEBHOOKS } from "../expect/webhooks.ts";
import { WEBHOOK_ORDER } from "../expect/webhook_order.ts";
import { WEBHOOK_REQUESTS } from "../expect/webhook_requests.ts";
import { WEBHOOK_RETRIES } from "../expect/webhook_retries.ts";
import { WEBHOOK_STALL } from "../workloads/webhook_stall.ts";
import { WELL_FORMED } from "../expect/well_formed.ts";
import { WHISPERS } from "../steps/whispers.ts";

/** Verbs by who acts, as the documentation shows them. */
export interface Group {
  readonly title: string;
  readonly about: string;
  readonly verbs: Vocabulary<Verb>;
}

export const GROUPS: readonly Group[] = [
  {
    title: "A client",
    about:
      "One WebSocket connection with full control over it: what it does, and what it gets to see.",
    verbs: [
      ...CONNECT,
      ...SUBSCRIBE,
      ...QUOTA,
      ...CROWD,
      ...USERS,
      ...SEND,
      ...SEGMENTS,
      ...WHISPERS,
      ...CLOSE,
      ...IS_ANSWERED,
      ...VANISH,
      ...READING,
      ...HEARTBEAT,
      ...BURST,
      ...CHURN,
      ...SURVIVE,
      ...STALL,
      ...RECEIVES,
      ...AGAIN,
      ...RECEIVED,
      ...NOTHING_ELSE,
      ...WELL_FORMED,
      ...CODES,
      ...REFUSALS,
      ...REVEALS,
      ...SEALED,
      ...WATCHLIST,
      ...ROSTER,
      ...COME_AND_GO,
      ...STORM,
      ...LAST_TAB,
      ...MINGLE,
    ],
  },
  {
    title: "The HTTP API and webhooks",
    about: "What a backend does with the server, and what the server tells it.",
    verbs: [
      ...API,
      ...ANSWER,
      ...TRANSPORT,
      ...ENCRYPTED,
      ...OFFICIAL,
      ...SEQUENCE,
      ...OUTAGE,
      ...RESUMES,
      ...OCCUPANCY,
      ...WEBHOOKS,
      ...WEBHOOK_REQUESTS,
      ...WEBHOOK_RETRIES,
      ...WEBHOOK_ORDER,
      ...WEBHOOK_STALL,
      ...OCCUPIED,
    ],
  },
  {
    title: "The server and the scenario itself",
    about: "The process, where Plumbline started it, and what a scenario makes before it uses it.",
    verbs: [
      ...SERVER,
      ...ROLLING_RESTART,
      ...MEMORY,
      ...FLOOD,
      ...GROWTH,
      ...SECRETS,
      ...MAKE,
      ...USER_SIGNATURE,
    ],
  },
  {
    title: "A page",
    about:
      "A client that runs pusher-js or laravel-echo: what the page does, and what its library tells it.",
    verbs: [
      ...PAGES,
      ...ECHO,
      ...PAGE_SEES,
      ...PAGE_KNOWS,
    ],
  },
  {
    title: "A scripted server",
    about: "The server of scenarios that judge a client: what it does, and what the client does.",
    verbs: [
      ...SCRIPTED,
      ...CLIENT_SAYS,
      ...CLIENT_TIMING,
    ],
  },
  {
    title: "An application",
    about: "People who use the application that broadcasts through the server.",
    verbs: [
      ...PEOPLE,
      ...SEEDS,
      ...ACTING,
      ...SIGNING,
      ...RESOURCES,
      ...RESOURCE_LISTS,
      ...MOVES,
      ...HEARING,
      ...RACE,
      ...RESOURCE_RACE,
      ...RESOURCE_EVENTS,
      ...RESOURCE_FEED,
      ...RESOURCE_PAGE,
      ...LEASE,
      ...FIGURE,
      ...RESOURCE_SECRETS,
      ...BROADCAST,
      ...AS_IT_HAPPENED,
      ...KEEPING_UP,
      ...LEAKING,
      ...TRYING_EVERYTHING,
    ],
  },
];

export const VOCABULARY: Vocabulary<Verb> = GROUPS.flatMap(({ verbs }) => verbs);
