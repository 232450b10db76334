/** Pings, pongs and idleness: what the target's clock decides, measured in its activity timeout. */
import { z } from "zod";
import { decodeBase64, encodeBase64 } from "@std/encoding";
import type { Client } from "../client/client.ts";
import { subscribe } from "../client/subscribe.ts";
import type { Evidence } from "../record/evidence.ts";
import { isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  broken,
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { timeoutsMs } from "./close.ts";

const pings = z.strictObject({ pings: z.string().describe("the payload of a WebSocket ping") });
const receivesPong = z.strictObject({
  receives: z.literal("pong").describe("a pong of the WebSocket protocol"),
  payload: z.string().describe("what it has to carry: what the ping carried"),
});
const isProbed = z.strictObject({
  isProbed: z.null(),
  timeouts: z.number().positive().describe("activity timeouts to wait in addition"),
});
const keepsActive = z.strictObject({
  keepsActive: z.enum([
    "whispers",
    "subscribes",
    "pusher:ping",
    "pusher:pong",
    "protocol pong",
    "protocol ping",
  ])
    .describe("all that it says"),
  timeouts: z.number().positive().describe("for so many activity timeouts"),
});
const idles = z.strictObject({
  idles: z.null(),
  timeouts: z.number().positive().describe("for so many activity timeouts"),
});

type Activity = z.infer<typeof keepsActive>["keepsActive"];

/** How often an active client speaks within one activity timeout. */
const SIGNS_OF_LIFE = 4;

function control(client: Client, attempt: Attempt, kind: "ping" | "pong", payload: string): void {
  const bytes = new TextEncoder().encode(payload);
  attempt.log.add({
    kind: "sent",
    socket: client.socket,
    opcode: kind,
    base64: encodeBase64(bytes),
    bytes: bytes.length,
  });
  client.line?.[kind](payload);
}

function say(activity: Activity, client: Client, attempt: Attempt): void {
  switch (activity) {
    case "whispers":
      return client.send({
        event: "client-alive",
        channel: attempt.names.of("private-alive"),
        data: {},
      });
    case "subscribes":
      return subscribe(client, attempt.names.of(`alive-${attempt.nextNumber()}`));
    case "pusher:ping":
    case "pusher:pong":
      return client.send({ event: activity, data: {} });
    case "protocol pong":
      return control(client, attempt, "pong", "alive");
    case "protocol ping":
      return control(client, attempt, "ping", "alive");
  }
}

/** Lives for so many activity timeouts, doing `act` every now and then; ends early with the connection. */
async function live(
  client: Client,
  attempt: Attempt,
  timeouts: number,
  act: () => void,
): Promise<Outcome> {
  if (client.activityTimeout === undefined) {
    return broken("the target announced no activity timeout");
  }
  const { log } = attempt;
  const facts = { socket: client.socket, activityTimeoutMs: timeoutsMs(client, 1) };
  const end = performance.now() + timeoutsMs(client, timeouts);
  while (performance.now() < end) {
    act();
    const left = Math.max(0, end - performance.now());
    const waitMs = Math.min(timeoutsMs(client, 1 / SIGNS_OF_LIFE), left);
    const closed = await client.until(
      ({ kind }) => kind === "closed",
      waitMs,
      log.events.length,
    );
    if (closed || !client.isOpen) {
      return { outcome: "deadline", facts, detail: "the connection was closed" };
    }
  }
  return done([], facts);
}

/** The longest time this end let pass between two frames of its own, in milliseconds. */
function longestSilenceMs(own: readonly Evidence[], until: number): number {
  const times = [...own.map(({ t }) => t), until];
  return Math.max(0, ...times.slice(1).map((t, index) => t - (times[index] ?? t)));
}

function judgeAlive(view: View, timeouts: number, whatever: string): Finding {
  const { socket, activityTimeoutMs } = view.ended.facts ?? {};
  if (typeof activityTimeoutMs !== "number") return blocked("no activity timeout was announced");
  const turn = view.events.slice(view.begin, view.end + 1);
  const closed = turn.find((event) => event.kind === "closed" && event.socket === socket);
  if (!closed) {
    return holds(`${whatever} for ${timeouts} times ${activityTimeoutMs} ms, it stays open`);
  }
  return fails(`${whatever}, yet it was ${quote(closed)}`, [closed.seq]);
}

export const HEARTBEAT: readonly Verb[] = [
  clientVerb({
    name: "pings",
    summary: "Sends a WebSocket ping with this payload.",
    schema: pings,
    run: (params, client, attempt) => {
      control(client, attempt, "ping", params.pings);
      return done();
    },
  }),
  clientVerb({
    name: "receives",
    form: "payload",
    summary: "A WebSocket pong with this payload comes back.",
    schema: receivesPong,
    run: async (params, client, attempt) => {
      const pong = await client.until(
        (event) => event.kind === "closed" || isPong(event, params.payload),
        attempt.deadlineMs,
      );
      return pong?.kind === "received" ? done([pong.seq]) : deadline("no such pong came");
    },
    judge: ({ payload }, view) => {
      const pong = view.events.find((event) => event.seq === view.ended.took[0]);
      if (pong) return holds(`a pong that carries "${payload}"`, [pong.seq]);
      const others = view.events.filter((event) =>
        isOf(view.who, event) && event.kind === "received" && event.opcode === "pong"
      );
      const instead = others.length === 0
        ? "no pong came at all"
        : `pongs with other payloads came`;
      return fails(
        `expected a pong that carries "${payload}"; ${instead}`,
        others.map((e) => e.seq),
      );
    },
  }),
  clientVerb({
    name: "isProbed",
    summary: "The target asks an idle client whether it lives, with a ping of either kind.",
    schema: isProbed,
    run: async (params, client, attempt) => {
      const event = await client.until(
        (event) => event.kind === "closed" || isProbe(event),
        attempt.deadlineMs + timeoutsMs(client, params.timeouts),
      );
      return event ? done([event.seq]) : deadline("neither ping nor close came");
    },
    judge: (_told, view) => {
      const event = view.events.find((event) => event.seq === view.ended.took[0]);
      if (!event) return fails(`expected a ping; ${view.ended.detail}`);
      return event.kind === "received"
        ? holds(`probed with ${quote(event)}`, [event.seq])
        : fails(`expected a ping before any close; it was ${quote(event)}`, [event.seq]);
    },
  }),
  clientVerb({
    name: "keepsActive",
    summary:
      "Says one and the same thing four times in every activity timeout, and is not closed for it.",
    schema: keepsActive,
    run: (params, client, attempt) =>
      live(client, attempt, params.timeouts, () => say(params.keepsActive, client, attempt)),
    judge: (params, view) => {
      const finding = judgeAlive(view, params.timeouts, `saying nothing but ${params.keepsActive}`);
      if (finding.holds !== false) return finding;
      const own = view.events.slice(view.begin, view.end).filter((event) =>
        isOf(view.who, event) && event.kind === "sent"
      );
      const silence = longestSilenceMs(own, view.events[view.end]?.t ?? 0);
      return silence < Number(view.ended.facts?.activityTimeoutMs) ? finding : blocked(
        `this end was too busy to speak for ${Math.round(silence)} ms, and was closed`,
        finding.quotes,
      );
    },
  }),
  clientVerb({
    name: "idles",
    summary: "Says nothing of its own accord, answers as it was told to, and is not closed.",
    schema: idles,
    run: (params, client, attempt) => live(client, attempt, params.timeouts, () => {}),
    judge: (params, view) => {
      const finding = judgeAlive(view, params.timeouts, "answering every ping of a kind it knows");
      if (finding.holds !== false) return finding;
      const mine = view.events.slice(0, view.end).filter((event) => isOf(view.who, event));
      const probe = mine.find(isProbe);
      // A client of one kind of ping cannot answer the other, and may be let go for it.
      return probe && !mine.some(isAnswer)
        ? holds(`it was asked only by ${quote(probe)}, which it does not answer`, [probe.seq])
        : finding;
    },
  }),
];

function isPong(event: Evidence, payload: string): boolean {
  return event.kind === "received" && event.opcode === "pong" &&
    new TextDecoder().decode(decodeBase64(event.base64 ?? "")) === payload;
}

function isProbe(event: Evidence): boolean {
  return (event.kind === "received" && event.opcode === "ping") ||
    isFrame(event, { event: "pusher:ping" });
}

function isAnswer(event: Evidence): boolean {
  return event.kind === "sent" &&
    (event.opcode === "pong" || event.text?.includes('"pusher:pong"') === true);
}
