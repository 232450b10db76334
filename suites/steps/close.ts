/** How connections end, and that they live. */
import { z } from "zod";
import { delay } from "@std/async";
import type { Client } from "../client/client.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { LEFT_OPEN } from "../record/observation.ts";
import { arrivals, quote } from "../record/words.ts";
import { milliseconds } from "../language/duration.ts";
import { mismatch } from "../language/matcher.ts";
import {
  clientVerb,
  deadline,
  done,
  fails,
  holds,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { usesUnknownKey } from "../engine/view.ts";
import { isRecord } from "../wire/frame.ts";

const isClosed = z.strictObject({
  isClosed: z.null(),
  code: z.unknown().optional().describe("a matcher on the close code as it was on the wire"),
  reason: z.unknown().optional().describe("a matcher on the close reason"),
  orRefused: z.unknown().optional().describe(
    "a matcher on the HTTP status, where a refusal before the upgrade is as good",
  ),
  timeouts: z.number().min(0).default(0).describe(
    "activity timeouts to wait in addition, where the target's clock decides",
  ),
});
const staysOpen = z.strictObject({ staysOpen: z.null() });
const disconnects = z.strictObject({ disconnects: z.null() });
const disconnectsBy = z.strictObject({
  disconnects: z.null(),
  by: z.enum(["close", "close without a code", "reset", "half-close"]).describe(
    "how: with the closing handshake, with a close frame that is empty, with a TCP reset, or with a FIN and no close frame",
  ),
});
const resets = z.strictObject({ resets: z.null() });
const pause = z.strictObject({
  for: z.string().describe("how long, such as 3s"),
  because: z.string().describe("why no event can be awaited instead"),
});

/** So many activity timeouts of the connection in milliseconds; none before it was greeted. */
export const timeoutsMs = (client: Client, timeouts: number): number =>
  1000 * timeouts * (client.activityTimeout ?? 0);

/** Close codes that stand for a close without a code, and for an end without a close. */
const WITHOUT_A_CODE: ReadonlySet<number> = new Set([1005, 1006]);

/** What a close stands on: that an unknown key is refused, and that a code is given at all. */
function closing({ code, orRefused }: z.output<typeof isClosed>, view: View): string[] {
  const event = view.events.find(({ seq }) => seq === view.ended.took[0]);
  const isBare = event?.kind === "closed" && event.by === "target" &&
    WITHOUT_A_CODE.has(event.code);
  // An end without a code, or a refusal in its place, shows nothing of either where it will do.
  if (isBare && code === undefined) return [];
  if (event?.kind === "upgrade-refused" && orRefused !== undefined) return [];
  return [...(usesUnknownKey(view) ? ["P-017"] : []), ...(isBare ? ["P-056"] : [])];
}

/** What the requirements on codes say of a connection that was told one and stays open. */
const ENDS: readonly { readonly below: number; readonly requirement: string }[] = [
  { below: 4100, requirement: "P-060" },
  { below: 4200, requirement: "P-061" },
  { below: 4300, requirement: "P-062" },
];

/** The right code, said in an error and not followed by the end that it stands for. */
function toldToEnd(
  { events, end, who }: View,
  expected: unknown,
): { readonly seq: number; readonly accuses: string } | undefined {
  const error = events.slice(0, end).findLast((event) =>
    isOf(who, event) && isFrame(event, { event: "pusher:error" })
  );
  const said = error && frameOf(error)?.decoded;
  const code = isRecord(said) ? said.code : undefined;
  if (error === undefined || typeof code !== "number" || code < 4000) return undefined;
  const isRight = expected === undefined || mismatch(code, expected, "code") === undefined;
  const range = isRight ? ENDS.find(({ below }) => code < below) : undefined;
  return range && { seq: error.seq, accuses: range.requirement };
}

/** The end of the connection that a step asked whether it lives; an earlier one's is no news of it. */
const closedWhile = (view: View) =>
  view.events.slice(0, view.end + 1).findLast((event) =>
    isOf(view.who, event) && event.kind === "closed" && event.socket === view.ended.facts?.socket
  );

export const CLOSE: readonly Verb[] = [
  clientVerb({
    name: "isClosed",
    summary: "The target closes the connection, with this code.",
    schema: isClosed,
    premises: (params, view) => view ? closing(params, view) : [],
    run: async (params, client, attempt) => {
      const event = await client.until(
        (event) => event.kind === "closed" || event.kind === "upgrade-refused",
        attempt.deadlineMs + timeoutsMs(client, params.timeouts),
      );
      return event
        ? done([event.seq])
        : deadline(`it stayed open; ${arrivals(attempt.log.events, client.name, client.since)}`);
    },
    judge: (params, view) => {
      const event = view.events.find((event) => event.seq === view.ended.took[0]);
      if (event?.kind === "upgrade-refused") {
        const reason = params.orRefused === undefined
          ? `expected a close, found ${quote(event)}`
          : mismatch(event.status, params.orRefused, "HTTP status");
        return reason ? fails(reason, [event.seq]) : holds(quote(event), [event.seq]);
      }
      if (event?.kind !== "closed") {
        const wrong = `expected the connection to be closed; ${view.ended.detail}`;
        const told = toldToEnd(view, params.code);
        return told
          ? { ...fails(wrong, [told.seq], LEFT_OPEN), accuses: told.accuses }
          : fails(wrong);
      }
      if (event.by === "plumbline") {
        return fails("the connection was closed from this end", [event.seq]);
      }
      const reason =
        (params.code === undefined ? undefined : mismatch(event.code, params.code, "close code")) ??
          (params.reason === undefined
            ? undefined
            : mismatch(event.reason, params.reason, "close reason"));
      const before = view.events.slice(0, view.end).findLast((e) =>
        isOf(view.who, e) && isFrame(e, { event: "pusher:error" })
      );
      const said = before ? ` after ${quote(before)}` : "";
      const quotes = [...(before ? [before.seq] : []), event.seq];
      return reason
        ? fails(`${reason} (${quote(event)}${said})`, quotes)
        : holds(quote(event), quotes);
    },
  }),
  clientVerb({
    name: "staysOpen",
    summary: "The connection still answers pusher:ping with pusher:pong.",
    premises: (_told, view) => view && closedWhile(view) ? [] : ["P-038"],
    schema: staysOpen,
    run: async (_told, client, attempt) => {
      const facts = { socket: client.socket };
      if (!client.isOpen) return { ...deadline("the connection was closed already"), facts };
      const from = attempt.log.events.length;
      client.send({ event: "pusher:ping", data: {} });
      const event = await client.until(
        (event) => event.kind === "closed" || isFrame(event, { event: "pusher:pong" }),
        attempt.deadlineMs,
        from,
      );
      return event
        ? done([event.seq], facts)
        : { ...deadline("pusher:ping was not answered"), facts };
    },
    judge: (_told, view) => {
      const event = view.events.find((event) => event.seq === view.ended.took[0]);
      if (event?.kind === "received") return holds("pusher:ping is answered", [event.seq]);
      const closed = closedWhile(view);
      return fails(
        `expected the connection to live; ${closed ? quote(closed) : view.ended.detail}`,
        closed ? [closed.seq] : [],
      );
    },
  }),
  clientVerb({
    name: "disconnects",
    summary: "Closes the connection cleanly, and waits until it is closed.",
    schema: disconnects,
    run: async (_told, client, attempt) => {
      client.line?.close(1000);
      const event = await client.until((event) => event.kind === "closed", attempt.deadlineMs);
      return event
        ? done([event.seq])
        : deadline("the target did not finish the closing handshake");
    },
  }),
  clientVerb({
    name: "disconnects",
    form: "by",
    summary: "Ends the connection in one of four ways, and waits for nothing.",
    schema: disconnectsBy,
    run: (params, client, attempt) => {
      if (params.by === "close") client.line?.close(1000);
      else if (params.by === "close without a code") client.line?.close();
      else {
        attempt.log.add({
          kind: "fault",
          of: client.socket,
          what: params.by === "reset"
            ? `${client.socket} resets its connection`
            : `${client.socket} ends its half of the TCP connection`,
        });
        if (params.by === "reset") client.line?.reset();
        else client.line?.end();
      }
      return done();
    },
  }),
  clientVerb({
    name: "resets",
    summary: "Breaks the connection with a TCP reset: no close frame, no farewell.",
    schema: resets,
    run: (_told, client, attempt) => {
      attempt.log.add({
        kind: "fault",
        of: client.socket,
        what: `${client.socket} resets its connection`,
      });
      client.line?.reset();
      return done();
    },
  }),
  scenarioVerb({
    name: "pause",
    bare: "for",
    summary: "Lets time pass, where time itself is the matter.",
    schema: pause,
    run: async (params) => {
      await delay(milliseconds(params.for));
      return done();
    },
  }),
];
