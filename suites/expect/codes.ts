/** What an error code says will become of the connection, and what does become of it. */
import { z } from "zod";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, quote } from "../record/frames.ts";
import { clientVerb, deadline, done, fails, holds, type Verb, type View } from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";

const range = {
  from: z.number().int().describe("first code of the range"),
  to: z.number().int().describe("last code of the range"),
};
const isClosedIfTold = z.strictObject({ isClosedIfTold: z.null(), ...range });
const livesOnIfTold = z.strictObject({ livesOnIfTold: z.null(), ...range });

interface Range {
  readonly from: number;
  readonly to: number;
}

const isWithin = (code: unknown, { from, to }: Range): boolean =>
  typeof code === "number" && code >= from && code <= to;

/** True for a `pusher:error` whose code is in the range. */
function tells(event: Evidence, range: Range): boolean {
  if (!isFrame(event, { event: "pusher:error" })) return false;
  const said = frameOf(event)?.decoded;
  return isRecord(said) && isWithin(said.code, range);
}

/** What happened on the socket the turn was about. */
function onSocket(view: View): readonly Evidence[] {
  return view.events.filter((event) =>
    "socket" in event && event.socket === view.ended.facts?.socket
  );
}

const inWords = ({ from, to }: Range) => `error with a code from ${from} to ${to}`;

export const CODES: readonly Verb[] = [
  clientVerb({
    name: "isClosedIfTold",
    summary:
      "If the target said an error with a code of this range, it closes the connection as well.",
    schema: isClosedIfTold,
    run: async (params, client, attempt) => {
      const facts = { socket: client.socket };
      const seen = attempt.log.events.slice(client.since).some((event) =>
        "socket" in event && event.socket === client.socket && tells(event, params)
      );
      if (!seen) return done([], facts);
      const closed = await client.until(({ kind }) => kind === "closed", attempt.deadlineMs);
      return closed
        ? done([closed.seq], facts)
        : { ...deadline("the connection stayed open"), facts };
    },
    judge: (params, view) => {
      const error = onSocket(view).find((event) => tells(event, params));
      if (!error) return holds(`no ${inWords(params)} was said`);
      const closed = onSocket(view).find((event) => event.kind === "closed");
      return closed?.kind === "closed" && closed.by === "target"
        ? holds(`${quote(error)}, then ${quote(closed)}`, [error.seq, closed.seq])
        : fails(`expected a close after ${quote(error)}; the connection stayed open`, [error.seq]);
    },
  }),
  clientVerb({
    name: "livesOnIfTold",
    summary:
      "If the target said an error with a code of this range, the connection still answers pings; it is not closed with such a code either.",
    schema: livesOnIfTold,
    run: async (_told, client, attempt) => {
      const facts = { socket: client.socket };
      const from = attempt.log.events.length;
      client.send({ event: "pusher:ping", data: {} });
      const answer = await client.until(
        (event) => event.kind === "closed" || isFrame(event, { event: "pusher:pong" }),
        attempt.deadlineMs,
        client.isOpen ? from : client.since,
      );
      return answer
        ? done([answer.seq], facts)
        : { ...deadline("pusher:ping was not answered"), facts };
    },
    judge: (params, view) => {
      const closed = onSocket(view).find((event) =>
        event.kind === "closed" && event.by === "target" && isWithin(event.code, params)
      );
      if (closed) return fails(`${quote(closed)}, a code that ends no connection`, [closed.seq]);
      const error = onSocket(view).find((event) => tells(event, params));
      if (!error) return holds(`no ${inWords(params)} was said`);
      const after = view.events.find((event) => event.seq === view.ended.took[0]);
      return after?.kind === "received"
        ? holds(`${quote(error)}, and pings are answered`, [error.seq, after.seq])
        : fails(
          `expected the connection to live after ${quote(error)}; ${
            after ? quote(after) : view.ended.detail
          }`,
          [error.seq, ...(after ? [after.seq] : [])],
        );
    },
  }),
];
