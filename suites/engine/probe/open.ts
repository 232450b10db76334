/** From a target file to a target that can be reached. */
import { baseUrl, type Endpoint, type Target } from "../../../targets/target.ts";
import { openLane } from "../../wire/http.ts";
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
  endpoints: { readonly websocket: Endpoint; readonly api: Endpoint },
  parts: Pick<OpenTarget, "webhooks" | "server" | "application">,
): Promise<OpenTarget> {
  const file = endpoints.api.ca ?? endpoints.websocket.ca;
  const ca = file === undefined ? {} : { ca: await Deno.readTextFile(file) };
  const websocketUrl = baseUrl(endpoints.websocket);
  const apiUrl = baseUrl(endpoints.api);
  const about = (key: "websocket" | "api", url: string) => ({
    ...{ key, url, file: target.file },
    ...(file === undefined ? {} : { ca: file }),
  });
  const lane = openLane(new URL(apiUrl), ca.ca);
  // The API's trouble is told first: where both are wrong, it is mostly for the same reason.
  const [api, websocket] = await Promise.allSettled([
    reachApi(about("api", apiUrl), target.apps.main, lane),
    greet({ websocketUrl, ...ca }, target.apps.main.key, REACH_MS)
      .then((greeted) => reachWebSocket(about("websocket", websocketUrl), greeted)),
  ]);
  lane.close();
  if (api.status === "rejected") throw api.reason;
  if (websocket.status === "rejected") throw websocket.reason;
  const { clockOffsetMs } = api.value;
  return { target, apps: target.apps, websocketUrl, apiUrl, clockOffsetMs, ...ca, ...parts };
}
