/** From a target file to a target that can be reached. */
import { baseUrl, type Endpoint, type Endpoints, type Target } from "../../../targets/target.ts";
import { openLane } from "../../wire/http.ts";
import type { Way } from "../../wire/way.ts";
import type { OpenTarget } from "../open_target.ts";
import { greet } from "./greet.ts";
import { REACH_MS, reachApi, reachWebSocket } from "./reach.ts";

/**
 * Makes sure that the API answers a signed request and the WebSocket endpoint a new client, and
 * reads the target's clock. Throws `Unreachable` or `WrongSetting`, each in one sentence with the
 * remedy.
 */
export async function openTarget(
  target: Target,
  endpoints: Endpoints,
  parts: Pick<OpenTarget, "webhooks" | "server" | "application">,
): Promise<OpenTarget> {
  const { websocket: sockets, api: calls } = endpoints;
  const ways = {
    websocket: await wayOf(sockets, calls, target),
    api: await wayOf(calls, sockets, target),
  };
  const websocketUrl = baseUrl(endpoints.websocket);
  const apiUrl = baseUrl(endpoints.api);
  const about = (key: "websocket" | "api", url: string) => ({
    ...{ key, url, file: target.file },
    ...authorityOf(endpoints[key], endpoints[key === "api" ? "websocket" : "api"]),
  });
  const lane = openLane(new URL(apiUrl), ways.api);
  // The API's trouble is told first: where both are wrong, it is mostly for the same reason.
  const [api, websocket] = await Promise.allSettled([
    reachApi(about("api", apiUrl), target.apps.main, lane),
    greet({ websocketUrl, way: ways.websocket }, target.apps.main.key, REACH_MS)
      .then((greeted) => reachWebSocket(about("websocket", websocketUrl), greeted)),
  ]);
  lane.close();
  if (api.status === "rejected") throw api.reason;
  if (websocket.status === "rejected") throw websocket.reason;
  const { clockOffsetMs } = api.value;
  return { target, apps: target.apps, websocketUrl, apiUrl, clockOffsetMs, ways, ...parts };
}

/** The file of certificates to trust at an endpoint: its own, else that of the other. */
function authorityOf(one: Endpoint, other: Endpoint): { readonly ca?: string } {
  const ca = one.ca ?? other.ca;
  return ca === undefined ? {} : { ca };
}

/** Reads what an endpoint is reached with; a file that only the other names serves both. */
async function wayOf(one: Endpoint, other: Endpoint, { headers }: Target): Promise<Way> {
  const { certificate, key } = one.certificate === undefined ? other : one;
  const { ca } = authorityOf(one, other);
  const read = (file: string) => Deno.readTextFile(file);
  return {
    ...(ca === undefined ? {} : { ca: await read(ca) }),
    ...(certificate === undefined ? {} : { certificate: await read(certificate) }),
    ...(key === undefined ? {} : { key: await read(key) }),
    ...(headers ? { headers } : {}),
  };
}
