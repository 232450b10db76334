/** Every named break there is, for `prove` to run the scenarios through. */
import type { Break } from "./break.ts";
import { ADMISSION } from "./breaks/admission.ts";
import { API_AUTH } from "./breaks/api_auth.ts";
import { API_BATCH } from "./breaks/api_batch.ts";
import { API_CHANNELS } from "./breaks/api_channels.ts";
import { API_ONE_CHANNEL } from "./breaks/api_one_channel.ts";
import { API_DELIVERY } from "./breaks/api_delivery.ts";
import { API_EVENTS } from "./breaks/api_events.ts";
import { API_TENANTS } from "./breaks/api_tenants.ts";
import { API_TRANSPORT } from "./breaks/api_transport.ts";
import { APPLICATION } from "./breaks/application.ts";
import { AUTH } from "./breaks/auth.ts";
import { CACHE_APART } from "./breaks/cache_apart.ts";
import { CACHE_BREAKS } from "./breaks/cache.ts";
import { CLIENT_EVENTS } from "./breaks/client_events.ts";
import { DELIVERY } from "./breaks/delivery.ts";
import { DOORS } from "./breaks/doors.ts";
import { ERRORS } from "./breaks/errors.ts";
import { FRAMING } from "./breaks/framing.ts";
import { HANDSHAKE } from "./breaks/handshake.ts";
import { HEARTBEAT } from "./breaks/heartbeat.ts";
import { ISOLATION } from "./breaks/isolation.ts";
import { LEFT_BEHIND } from "./breaks/left_behind.ts";
import { LIMITS } from "./breaks/limits.ts";
import { MEMBERSHIP } from "./breaks/membership.ts";
import { NEARLY } from "./breaks/nearly.ts";
import { MISREAD } from "./breaks/misread.ts";
import { NODES } from "./breaks/nodes.ts";
import { ORDERING } from "./breaks/ordering.ts";
import { PRESENCE } from "./breaks/presence.ts";
import { ROBUSTNESS } from "./breaks/robustness.ts";
import { SECOND_TIME } from "./breaks/second_time.ts";
import { SLIPS } from "./breaks/slips.ts";
import { SUBSCRIBING } from "./breaks/subscribe.ts";
import { SUBSCRIPTION_COUNT } from "./breaks/subscription_count.ts";
import { USER_STAYS } from "./breaks/user_stays.ts";
import { USERS } from "./breaks/users.ts";
import { WATCHLIST_BREAKS } from "./breaks/watchlist.ts";
import { WILD_CLIENTS } from "./breaks/wild_clients.ts";
import { WEBHOOK_APART } from "./breaks/webhook_apart.ts";
import { WEBHOOK_EVENTS } from "./breaks/webhook_events.ts";
import { WEBHOOK_SURPLUS } from "./breaks/webhook_surplus.ts";
import { WEBHOOKS } from "./breaks/webhooks.ts";

export const BREAKS: readonly Break[] = [
  ...HANDSHAKE,
  ...WILD_CLIENTS,
  ...FRAMING,
  ...HEARTBEAT,
  ...ERRORS,
  ...SUBSCRIBING,
  ...AUTH,
  ...DOORS,
  ...PRESENCE,
  ...MEMBERSHIP,
  ...CACHE_BREAKS,
  ...CACHE_APART,
  ...CLIENT_EVENTS,
  ...SUBSCRIPTION_COUNT,
  ...USERS,
  ...USER_STAYS,
  ...WATCHLIST_BREAKS,
  ...LIMITS,
  ...API_AUTH,
  ...API_TENANTS,
  ...ISOLATION,
  ...NEARLY,
  ...API_TRANSPORT,
  ...API_EVENTS,
  ...API_DELIVERY,
  ...API_BATCH,
  ...API_CHANNELS,
  ...API_ONE_CHANNEL,
  ...WEBHOOKS,
  ...WEBHOOK_APART,
  ...WEBHOOK_EVENTS,
  ...WEBHOOK_SURPLUS,
  ...ORDERING,
  ...DELIVERY,
  ...ADMISSION,
  ...APPLICATION,
  ...SECOND_TIME,
  ...SLIPS,
  ...MISREAD,
  ...LEFT_BEHIND,
  ...ROBUSTNESS,
  ...NODES,
];

/** Requirements of a server that nothing between it and a client can break, and why. */
export const UNBREAKABLE: ReadonlyMap<string, string> = new Map([
  ["P-047", "takes a day of silence"],
  ["P-139", "is about the server's configuration and logs"],
  ["P-204", "needs the app's settings changed while it runs"],
  ["P-229", "cannot be seen on the wire"],
  ["P-307", "is about the memory and descriptors of the server's process"],
  ["P-318", "is judged by the run itself, in no scenario"],
  ["P-329", "is about the memory of the server's process"],
]);
