/** Applications that decide rightly, and lose or mix up what they could not send at once. */
import type { Replace } from "../application.ts";
import { createOutbox, type Message } from "../outbox.ts";

/** Between the retries of what could not be sent, in milliseconds; each event has its own. */
const LONGEST_WAIT_MS = 1000;
const STEP_MS = 200;

/** What is told only once somebody asks for the next change, or after a while. */
const waiting = new Set<() => Promise<void>>();
const A_WHILE_MS = 1000;
/** From the telling to the change that was asked for. */
const BETWEEN_MS = 100;

let waits = 0;

export const SENDING: Readonly<Record<string, Replace>> = {
  "unsent-forgotten": {
    outbox: (_right, { database, send }) =>
      createOutbox(database, (message) => send(message).catch(() => {})),
  },
  // Not wrong at all: a queue that is behind. Nobody may be accused for it.
  "told-late": {
    outbox: (right) => ({
      ...right,
      drain(aggregate) {
        const tell = async () => {
          if (waiting.delete(tell)) await right.drain(aggregate).catch(() => {}); // again, by the sweep
        };
        waiting.add(tell);
        setTimeout(tell, A_WHILE_MS);
        return Promise.resolve();
      },
    }),
    answer: (right) => async (request) => {
      if (request.method === "POST" && request.url.endsWith("/transitions")) {
        await Promise.all([...waiting].map((tell) => tell()));
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
      }
      return await right(request);
    },
  },
  "unsent-overtaken": {
    outbox: (_right, { database, send }) => {
      const later = (message: Message) => {
        const waitMs = LONGEST_WAIT_MS - (waits++ * STEP_MS) % LONGEST_WAIT_MS;
        setTimeout(() => void send(message).catch(() => later(message)), waitMs);
      };
      return createOutbox(database, (message) => send(message).catch(() => later(message)));
    },
  },
};
