/**
 * Many connections, and many channels on one connection.
 *
 * Servers have limits that nobody wrote down: descriptors, a listener's backlog, the size of a table.
 * A crowd meets them. Each of its clients must be told something, a greeting or a refusal in so many
 * words; who is left hanging waits for ever. No two of them may have been given the same socket id.
 */
import { z } from "zod";
import { pooledMap } from "@std/async";
import type { Client } from "../client/client.ts";
import { subscribe } from "../client/subscribe.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  clientVerb,
  deadline,
  done,
  fails,
  holds,
  scenarioVerb,
  type Verb,
} from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";
import { dial, GREETING } from "../steps/connect.ts";

const gather = z.strictObject({ group: z.string().describe("the group that connects") });
const distinct = z.strictObject({
  distinct: z.literal("socket_id").describe("what no two greetings may have in common"),
  group: z.string().describe("the group whose greetings are compared"),
});
const joinsMany = z.strictObject({
  subscribes: z.string().describe("how the channels' names begin; a number follows"),
  channels: z.number().int().min(1).describe("how many channels"),
});

/** Connections dialled at the same time: within what any listener's backlog holds. */
const AT_A_TIME = 50;

/** Subscriptions under way at the same time on one connection. */
const ASKED_AT_A_TIME = 100;

const SUCCEEDED = "pusher_internal:subscription_succeeded";

async function arrive(client: Client, attempt: Attempt): Promise<void> {
  dial({}, client, attempt);
  await client.until(isDecision, attempt.deadlineMs);
}

/** What a target decides about a connection: it is greeted, refused or ended. */
function isDecision(event: Evidence): boolean {
  return isFrame(event, { event: GREETING }) || event.kind === "closed" ||
    event.kind === "upgrade-refused";
}

/** A refusal that says so: in HTTP, or with a close code of the protocol. */
function isClean(event: Evidence): boolean {
  return event.kind === "received" || event.kind === "upgrade-refused" ||
    (event.kind === "closed" && event.code >= 4000 && event.code <= 4399);
}

function isOfGroup(group: string, event: Evidence): boolean {
  return "socket" in event && new RegExp(`^${group}(\\.\\d+)?#`).test(event.socket);
}

export const CROWD: readonly Verb[] = [
  scenarioVerb({
    name: "gather",
    bare: "group",
    summary:
      "Connects every client of a group; each is greeted, or refused in so many words, and none is left hanging.",
    schema: gather,
    asks: ({ group }, turn) => ({ connections: turn.clients(group) }),
    run: async (params, attempt) => {
      const clients = attempt.clients(params.group);
      for await (const _ of pooledMap(AT_A_TIME, clients, (client) => arrive(client, attempt))) {
        continue;
      }
      return done([], { wanted: clients.length });
    },
    judge: (params, view) => {
      const turn = view.events.slice(view.begin, view.end);
      const decided = new Map<string, Evidence>();
      for (const event of turn) {
        if (!isOfGroup(params.group, event) || !("socket" in event) || !isDecision(event)) {
          continue;
        }
        if (!decided.has(event.socket)) decided.set(event.socket, event);
      }
      const wanted = Number(view.ended.facts?.wanted);
      const rude = [...decided.values()].find((event) => !isClean(event));
      if (rude) {
        return fails(`expected a greeting or a refusal; one was ${quote(rude)}`, [rude.seq]);
      }
      if (decided.size < wanted) {
        return fails(`${wanted - decided.size} of ${wanted} connections were left hanging`);
      }
      const greeted = [...decided.values()].filter((event) => event.kind === "received").length;
      return holds(`${greeted} of ${wanted} connections were greeted, the others refused cleanly`);
    },
  }),
  scenarioVerb({
    name: "everyMessage",
    form: "distinct",
    summary: "No two connections of the group were given the same socket id.",
    schema: distinct,
    run: () => done(),
    judge: (params, view) => {
      const owners = new Map<string, Evidence>();
      for (const event of view.events) {
        if (!isOfGroup(params.group, event) || !isFrame(event, { event: GREETING })) {
          continue;
        }
        const data = frameOf(event)?.decoded;
        if (!isRecord(data) || typeof data.socket_id !== "string") continue;
        const other = owners.get(data.socket_id);
        if (other) {
          return fails(`two live connections were told the socket id ${data.socket_id}`, [
            other.seq,
            event.seq,
          ]);
        }
        owners.set(data.socket_id, event);
      }
      return owners.size < 2
        ? blocked("fewer than two connections were given a socket id")
        : holds(`${owners.size} connections, as many socket ids`);
    },
  }),
  clientVerb({
    name: "subscribes",
    form: "channels",
    summary: "Subscribes to many channels, NAME-1 and so on, and is admitted to every one.",
    schema: joinsMany,
    run: async (params, client, attempt) => {
      const channels = Array.from(
        { length: params.channels },
        (_, index) => attempt.names.of(`${params.subscribes}-${index + 1}`),
      );
      for (let first = 0; first < channels.length; first += ASKED_AT_A_TIME) {
        const asked = new Set(channels.slice(first, first + ASKED_AT_A_TIME));
        const from = attempt.log.events.length;
        for (const channel of asked) subscribe(client, channel);
        const last = await client.until(
          (event) => {
            if (isFrame(event, { event: SUCCEEDED })) asked.delete(frameOf(event)?.channel ?? "");
            return asked.size === 0 || event.kind === "closed";
          },
          attempt.deadlineMs,
          from,
        );
        if (asked.size > 0) {
          const [unanswered] = asked;
          const why = last ? quote(last) : "nothing came";
          return deadline(`${unanswered} was not admitted after ${first} others: ${why}`);
        }
      }
      return done();
    },
    judge: (params, view) => {
      if (view.ended.outcome !== "done") {
        const error = view.events.slice(view.begin, view.end).find((event) =>
          isOf(view.who, event) &&
          /^pusher:(subscription_)?error$/.test(frameOf(event)?.event ?? "")
        );
        const said = error ? `; the target said ${quote(error)}` : "";
        return fails(`${view.ended.detail}${said}`, error ? [error.seq] : []);
      }
      return holds(`one connection was admitted to ${params.channels} channels`);
    },
  }),
];
