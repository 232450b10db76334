/** How the server ends connections, and whether it does as its codes say (P-056, P-060 to P-063). */
import { LEFT_OPEN } from "../../record/observation.ts";
import { isRecord } from "../../wire/frame.ts";
import type { Evidence } from "../../record/evidence.ts";
import type { Connection, Message } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";

/** Who is told to go and is still there after this time was not closed; a busy machine closes late. */
const LEFT_OPEN_MS = 5000;

export function judgeClosing({ events, connections }: History, accuse: Accuse): void {
  const last = events.at(-1);
  for (const connection of connections.values()) {
    if (connection.isForeign || !last) continue;
    judgeClose(connection, accuse);
    for (const message of connection.received) {
      if (message.frame.event === "pusher:error") judgeError(message, connection, last, accuse);
    }
  }
}

function judgeClose({ closed, name, oddFrom }: Connection, accuse: Accuse): void {
  if (!closed || closed.by !== "target" || oddFrom < Infinity) return;
  const { code, reason } = closed;
  const quotes = [closed.seq];
  if (code === 1005 || (code >= 4000 && code < 5000 && reason === "")) {
    accuse({
      requirement: "P-056",
      observation: code === 1005 ? "close without a code" : "close without a reason",
      message: `a close carries a code and a reason; ${name} was closed with ${
        code === 1005 ? "neither" : `${code} and no reason`
      }`,
      quotes,
    });
  }
  if (code >= 4300 && code <= 4399) {
    accuse({
      requirement: "P-063",
      observation: "closed with a code that closes nothing",
      message: `codes from 4300 to 4399 do not end a connection; ${name} was closed with ${code}`,
      quotes,
    });
  }
}

function judgeError(
  { frame, seq, t }: Message,
  { closed, name, oddFrom }: Connection,
  last: Evidence,
  accuse: Accuse,
): void {
  const code = isRecord(frame.decoded) ? frame.decoded.code : undefined;
  if (typeof code !== "number" || oddFrom < Infinity) return;
  // Whether a refused subscription closes with 4009 is left open (A9).
  if (code < 4000 || code >= 4300 || code === 4009) return;
  const ended: { seq: number; t: number } = closed ?? last;
  if (closed?.by !== "target" && ended.t - t > LEFT_OPEN_MS) {
    accuse({
      requirement: code < 4100 ? "P-060" : code < 4200 ? "P-061" : "P-062",
      observation: LEFT_OPEN,
      message: `${name} was told ${code}, which ends the connection, and stayed open for ${
        Math.round(ended.t - t)
      } ms`,
      quotes: [seq, ended.seq],
    });
  } else if (closed?.by === "target" && closed.code === 1006) {
    accuse({
      requirement: "P-056",
      observation: "no close frame",
      message: `${name} was told ${code} and then cut off without a close frame`,
      quotes: [seq, ended.seq],
    });
  }
}
