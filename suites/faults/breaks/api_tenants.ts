/** Servers that tell one app what is going on in another (P-231). */
import { alterBody, appOf } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { asObject, type Json } from "../message.ts";
import { response } from "../rules.ts";

const CHANNELS = { method: "GET", path: "/channels", status: 200 } as const;
const CHANNEL = { method: "GET", path: /^\/channels\/[^/]+$/, status: 200 } as const;

/** The channels that connections of other apps than the one asked about are subscribed to. */
function foreignChannels(exchange: Exchange): Json {
  const lines = [...exchange.world.lines].filter(({ app }) => app?.id !== appOf(exchange)?.id);
  return Object.fromEntries(
    lines.flatMap(({ knowledge }) => [...knowledge.subscribed.keys()].map((name) => [name, {}])),
  );
}

export const API_TENANTS: readonly Break[] = [
  {
    name: "channel-occupied-by-another-tenant",
    title: "Tells an app that a channel is occupied where it is so in another app.",
    violates: ["P-231"],
    rules: [
      response(
        CHANNEL,
        alterBody((body, exchange) => {
          const channel = decodeURIComponent(exchange.path.split("/").at(-1) ?? "");
          const isForeign = Object.hasOwn(foreignChannels(exchange), channel);
          return isForeign ? { ...body, occupied: true } : body;
        }),
      ),
    ],
  },
  {
    name: "channels-of-every-tenant",
    title: "Lists the channels of all apps to each.",
    violates: ["P-231"],
    rules: [
      response(
        CHANNELS,
        alterBody((body, exchange) => ({
          ...body,
          channels: { ...foreignChannels(exchange), ...asObject(body["channels"]) },
        })),
      ),
    ],
  },
];
