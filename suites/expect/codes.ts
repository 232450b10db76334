/** What an error code says will become of the connection, and what does become of it. */
import { z } from "zod";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import { clientVerb, deadline, done, fails, holds, type Verb, type View } from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";

const ifTold = z.strictObject({
  from: z.number().int().describe("first code of the range"),
  to: z.number().int().describe("last code of the range"),
}).describe("only where it was told an error with such a code");
const isClosed = z.strictObject({ isClosed: z.null(), ifTold });
const staysOpen = z.strictObject({ staysOpen: z.null(), ifTold });

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
    name: "isClosed",
    form: "ifTold",
    summary:
      "If the target said an error with a code of this range, it closes the connection as well.",
    schema: isClosed,
    run: async ({ ifTold: range }, client, attempt) => {
      const facts = { socket: client.socket };
      const seen = attempt.log.events.slice(client.since).some((event) =>
        "socket" in event && event.socket === client.socket && tells(event, range)
      );
      if (!seen) return done([], facts);
      const closed = await client.until(({ kind }) => kind === "closed", attempt.deadlineMs);
      return closed
        ? done([closed.seq], facts)
        : { ...deadline("the connection stayed open"), facts };
    },
    judge: ({ ifTold: range }, view) => {
      const error = onSocket(view).find((event) => tells(event, range));
      if (!error) return holds(`no ${inWords(range)} was said`);
      const closed = onSocket(view).find((event) => event.kind === "closed");
      return closed?.kind === "closed" && closed.by === "target"
        ? holds(`${quote(error)}, then ${quote(closed)}`, [error.seq, closed.seq])
        : fails(`expected a close after ${quote(error)}; the connection stayed open`, [error.seq]);
    },
  }),
  clientVerb({
    name: "staysOpen",
    form: "ifTold",
    summary:
      "If the target said an error with a code of this range, the connection still answers pings; it is not closed with such a code either.",
    premises: () => ["P-038"],
    schema: staysOpen,
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
    judge: ({ ifTold: range }, view) => {
      const closed = onSocket(view).find((event) =>
        event.kind === "closed" && event.by === "target" && isWithin(event.code, range)
      );
      if (closed) return fails(`${quote(closed)}, a code that ends no connection`, [closed.seq]);
      const error = onSocket(view).find((event) => tells(event, range));
      if (!error) return holds(`no ${inWords(range)} was said`);
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
