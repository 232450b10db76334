/** Whether a server still serves: not only its process, its port and its API, but a new client too. */
import { readClock, Unreachable } from "./open_target.ts";
import type { OpenTarget } from "./open_target.ts";
import { isRecord, readFrame } from "../wire/frame.ts";
import { dial } from "../wire/socket.ts";
import { TOO_MANY } from "./throttle.ts";

/** A server that is busy may take its time; one that is dying may answer everything but new clients. */
const DEADLINE_MS = 5000;
/** Characters of a wrong greeting that are told. */
const GREETING_TOLD = 200;
/** The app is over its quota; the server is over capacity. */
const FULL = new Set<unknown>([4004, 4100]);

/**
 * What shows that it serves no more; undefined when the API answers a signed call and a new client
 * is told `pusher:connection_established`.
 */
export async function whyDown(target: OpenTarget): Promise<string | undefined> {
  try {
    await readClock(target.apps.main, target.apiUrl, target.ca);
  } catch (error) {
    if (error instanceof Unreachable) return `its API does not answer: ${error.cause}`;
    throw error;
  }
  const fate = await newcomer(target);
  return fate === undefined ? undefined : `a new client ${fate}`;
}

/** Whether a first message is the greeting, or says that there is no room now (P-021, P-071). */
function isServed(text: string): boolean {
  const frame = readFrame(text);
  return frame?.event === "pusher:connection_established" ||
    frame?.event === "pusher:error" && isRecord(frame.decoded) && FULL.has(frame.decoded.code);
}

/** What became of a new client that was not greeted. */
function newcomer({ websocketUrl, apps, ca }: OpenTarget): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = (fate?: string) => {
      clearTimeout(timer);
      resolve(fate);
      socket.reset();
    };
    const timer = setTimeout(() => settle(`was told nothing in ${DEADLINE_MS} ms`), DEADLINE_MS);
    const socket = dial(`${websocketUrl}/app/${apps.main.key}?protocol=7`, ca ? { ca } : {}, {
      opened: () => {},
      // One who is told to come later was answered by somebody.
      refused: (status) =>
        settle(status === TOO_MANY ? undefined : `was answered with HTTP ${status}`),
      failed: (reason) => settle(`was not connected: ${reason}`),
      text: (text) =>
        settle(isServed(text) ? undefined : `was greeted with ${text.slice(0, GREETING_TOLD)}`),
      binary: () => settle("was greeted with a binary message"),
      control: () => {},
      closed: (code, reason) => settle(`was closed with ${code} ${reason}`.trim()),
    });
  });
}
