/** Whether a server still serves: not only its process, its port and its API, but a new client too. */
import { isRecord, readFrame } from "../wire/frame.ts";
import { openLane } from "../wire/http.ts";
import type { OpenTarget } from "./open_target.ts";
import { greet, type Greeted } from "./probe/greet.ts";
import { signedRequest } from "./signed_request.ts";
import { TOO_MANY } from "./second_chance.ts";
import { beginning } from "../record/beginning.ts";

/** A server that is busy may take its time, and as much of it as a target takes to settle. */
const LEAST_DEADLINE_MS = 5000;
/** Characters of a wrong greeting that are told. */
const GREETING_TOLD = 200;
/** The app is over its quota; the server is over capacity. */
const FULL = new Set<unknown>([4004, 4100]);

/**
 * What shows that it serves no more; undefined when the API answers a signed call and a new client
 * is told `pusher:connection_established`. One that dies may answer everything but new clients.
 */
export async function whyDown(target: OpenTarget): Promise<string | undefined> {
  const deadlineMs = Math.max(LEAST_DEADLINE_MS, target.target.settlesMs);
  const lane = openLane(new URL(target.apiUrl), target.ways.api);
  try {
    const request = signedRequest({ method: "GET", path: "/channels" }, target.apps.main, target);
    await lane.send(request, deadlineMs);
  } catch (error) {
    return `its API does not answer: ${error instanceof Error ? error.message : error}`;
  } finally {
    lane.close();
  }
  const fate = fateOf(
    await greet(
      { websocketUrl: target.websocketUrl, way: target.ways.websocket },
      target.apps.main.key,
      deadlineMs,
    ),
    deadlineMs,
  );
  return fate === undefined ? undefined : `a new client ${fate}`;
}

/** What became of a new client that was not greeted. */
function fateOf(greeted: Greeted, deadlineMs: number): string | undefined {
  switch (greeted.kind) {
    case "told":
      return isServed(greeted.text)
        ? undefined
        : `was greeted with ${beginning(greeted.text, GREETING_TOLD)}`;
    case "binary":
      return "was greeted with a binary message";
    case "refused":
      // One who is told to come later was answered by somebody.
      return greeted.status === TOO_MANY ? undefined : `was answered with HTTP ${greeted.status}`;
    case "failed":
      return `was not connected: ${greeted.reason}`;
    case "closed":
      return `was closed with ${greeted.code} ${greeted.reason}`.trim();
    case "silent":
      return `was told nothing in ${deadlineMs} ms`;
  }
}

/** Whether a first message is the greeting, or says that there is no room now (P-021, P-071). */
function isServed(text: string): boolean {
  const frame = readFrame(text);
  return frame?.event === "pusher:connection_established" ||
    frame?.event === "pusher:error" && isRecord(frame.decoded) && FULL.has(frame.decoded.code);
}
