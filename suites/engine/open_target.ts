/** A target that can be reached: endpoints as URLs, credentials, and what was measured of it. */
import { type App, baseUrl, type Endpoint, type Target } from "../../targets/target.ts";
import { signRequest } from "../wire/signature.ts";
import { openLane } from "../wire/http.ts";
import type { WebhookReceiver } from "./webhook_receiver.ts";
import type { ServerProcess } from "../../targets/start.ts";
import type { OpenApplication } from "../language/application.ts";

/** An application that is started, or looked for, when the first scenario asks for it. */
export interface ApplicationHandle {
  /** Rejects with `CannotStart` or `Unreachable`. */
  open(): Promise<OpenApplication>;
  stop(): Promise<void>;
}

export interface OpenTarget {
  readonly target: Target;
  readonly apps: Target["apps"];
  /** `ws://host:port/prefix`, to which `/app/{key}` is added. */
  readonly websocketUrl: string;
  /** `http://host:port/prefix`, to which `/apps/{id}` is added. */
  readonly apiUrl: string;
  readonly ca?: string;
  /** The target's clock minus ours, from the Date header of its answers, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Where webhooks arrive, when the target sends any. */
  readonly webhooks?: WebhookReceiver;
  /** The process, when Plumbline started it. */
  readonly server?: ServerProcess;
  /** What broadcasts through it, where the run has an application. */
  readonly application?: ApplicationHandle;
}

/** The target could not be reached, or what answered is not a Pusher HTTP API: exit code 3. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

/** The largest difference between two clocks that the one-second Date header cannot tell from none. */
const DATE_GRAIN_MS = 2000;

/**
 * Makes sure the API answers a signed request, and reads its clock.
 * Throws `Unreachable` with what to do.
 */
export async function openTarget(
  target: Target,
  endpoints: { readonly websocket: Endpoint; readonly api: Endpoint },
  parts: Pick<OpenTarget, "webhooks" | "server" | "application">,
): Promise<OpenTarget> {
  const apiUrl = baseUrl(endpoints.api);
  const ca = endpoints.api.ca ?? endpoints.websocket.ca;
  const pem = ca === undefined ? undefined : await Deno.readTextFile(ca);
  const clockOffsetMs = await readClock(target.apps.main, apiUrl, pem);
  return {
    target,
    apps: target.apps,
    websocketUrl: baseUrl(endpoints.websocket),
    apiUrl,
    clockOffsetMs,
    ...(pem ? { ca: pem } : {}),
    ...parts,
  };
}

/** The target's clock minus ours in milliseconds; 0 when they are too near to tell. Throws `Unreachable`. */
export async function readClock(app: App, apiUrl: string, ca: string | undefined): Promise<number> {
  const lane = openLane(new URL(apiUrl), ca);
  const path = `${new URL(apiUrl).pathname.replace(/\/$/, "")}/apps/${app.id}/channels`;
  const query = {
    auth_key: app.key,
    auth_timestamp: String(Math.round(Date.now() / 1000)),
    auth_version: "1.0",
  };
  const signature = signRequest(app.secret, "GET", path, query);
  const target = `${path}?${new URLSearchParams({ ...query, auth_signature: signature })}`;
  try {
    const answer = await lane.send({ method: "GET", target, headers: {}, body: "" }, 5000);
    const date = Date.parse(answer.headers.date ?? "");
    const offset = Number.isNaN(date) ? 0 : date + 500 - Date.now();
    return Math.abs(offset) < DATE_GRAIN_MS ? 0 : offset;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Unreachable(
      `nothing answers at ${apiUrl}: ${reason}. Is the server running there? With --start, Plumbline starts it where the target file says how.`,
      { cause: reason },
    );
  } finally {
    lane.close();
  }
}
