/** Applications that decide rightly, and lose or mix up what they could not send at once. */
import type { Replace } from "../application.ts";
import { createOutbox, type Message } from "../outbox.ts";

/** Between the retries of what could not be sent, in milliseconds; each event has its own. */
const LONGEST_WAIT_MS = 1000;
const STEP_MS = 200;

let waits = 0;

export const SENDING: Readonly<Record<string, Replace>> = {
  "unsent-forgotten": {
    outbox: (_right, { database, send }) =>
      createOutbox(database, (message) => send(message).catch(() => {})),
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
