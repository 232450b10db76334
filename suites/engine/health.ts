/** Whether a server still serves: not only its process, its port and its API, but a new client too. */
import { readClock, Unreachable } from "../../targets/open.ts";
import type { OpenTarget } from "../../targets/open.ts";
import { readFrame } from "../wire/frame.ts";
import { dial } from "../wire/socket.ts";

/** A server that is busy may take its time; one that is dying may answer everything but new clients. */
const DEADLINE_MS = 5000;

/** True when the API answers a signed call and a new client is told `pusher:connection_established`. */
export async function serves(target: OpenTarget): Promise<boolean> {
  try {
    await readClock(target.apps.main, target.apiUrl, target.ca);
  } catch (error) {
    if (error instanceof Unreachable) return false;
    throw error;
  }
  return await admitsClients(target);
}

function admitsClients({ websocketUrl, apps, ca }: OpenTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (answer: boolean) => {
      clearTimeout(timer);
      resolve(answer);
      socket.reset();
    };
    const timer = setTimeout(() => settle(false), DEADLINE_MS);
    const no = () => settle(false);
    const socket = dial(`${websocketUrl}/app/${apps.main.key}?protocol=7`, ca ? { ca } : {}, {
      opened: () => {},
      refused: no,
      failed: no,
      text: (text) => settle(readFrame(text)?.event === "pusher:connection_established"),
      binary: no,
      control: () => {},
      closed: no,
    });
  });
}
