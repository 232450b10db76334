/**
 * Connections up to an app's quota and beyond it.
 *
 * A slot is taken with the greeting and free again when its connection has ended, however it ended. So
 * the slots are taken one after the other, each patiently, because those of an earlier scenario may
 * not have been given back yet; and who comes too late gets no service of any kind, whichever way a
 * server chooses to tell him.
 */
import { subscribe } from "../client/subscribe.ts";
import { z } from "zod";
import { clientName } from "../language/client_name.ts";

import type { Evidence } from "../record/evidence.ts";
import { isFrame } from "../record/frames.ts";
import { arrivals, quote } from "../record/words.ts";
import {
  broken,
  clientVerb,
  deadline,
  done,
  fails,
  holds,
  scenarioVerb,
  type Verb,
} from "../engine/verb.ts";
import { dialUntilGreeted, GREETING } from "../steps/connect.ts";

const patiently = z.strictObject({
  connects: z.null(),
  patiently: z.literal(true).describe("again and again until it is greeted"),
});
const fill = z.strictObject({
  group: clientName("the group whose clients take the slots"),
  slots: z.union([z.number().int(), z.string()]).describe(
    "how many there are, for example $app.maxConnections",
  ),
  taken: z.number().int().default(0).describe("how many of them are taken already"),
});
const getsNoService = z.strictObject({ getsNoService: z.null() });

export const QUOTA: readonly Verb[] = [
  clientVerb({
    name: "connects",
    form: "patiently",
    summary: "Dials again and again until the target greets it, as client libraries do.",
    schema: patiently,
    asks: () => ({ connections: 1 }),
    run: async (_told, client, attempt) => {
      const from = attempt.log.events.length;
      const greeting = await dialUntilGreeted(client, attempt);
      return greeting
        ? done([greeting.seq])
        : deadline(arrivals(attempt.log.events, client.name, from));
    },
    judge: (_told, view) => {
      const greeting = view.events.find((event) => event.seq === view.ended.took[0]);
      return greeting
        ? holds(quote(greeting), [greeting.seq])
        : fails(`expected to be greeted in the end; ${view.ended.detail}`);
    },
  }),
  scenarioVerb({
    name: "gather",
    form: "slots",
    summary: "Takes every free slot of an app with the clients of a group, one after the other.",
    schema: fill,
    asks: ({ group }, turn) => ({ connections: turn.clients(group), floods: 1 }),
    run: async (params, attempt) => {
      const wanted = Number(params.slots) - params.taken;
      const clients = attempt.clients(params.group).slice(0, wanted);
      if (clients.length < wanted) {
        return broken(`${params.group} has ${clients.length} clients, too few for ${wanted} slots`);
      }
      for (const client of clients) {
        if (!(await dialUntilGreeted(client, attempt))) {
          const instead = arrivals(attempt.log.events, client.name, client.since);
          return deadline(`${client.name} did not get one of ${params.slots} slots; ${instead}`);
        }
      }
      return done();
    },
    judge: (params, view) =>
      view.ended.outcome === "done"
        ? holds(`all ${params.slots} slots could be taken`)
        : fails(view.ended.detail ?? "a slot could not be taken"),
  }),
  clientVerb({
    name: "getsNoService",
    summary:
      "The connection is of no use: no greeting, no answer to a ping, no subscription, until it ends or the deadline is over.",
    schema: getsNoService,
    run: async (_told, client, attempt) => {
      const facts = { socket: client.socket };
      const channel = attempt.names.of("any");
      subscribe(client, channel);
      client.send({ event: "pusher:ping", data: {} });
      const event = await client.until(
        (event) => event.kind === "closed" || event.kind === "upgrade-refused" || isService(event),
        attempt.deadlineMs,
      );
      return done(event ? [event.seq] : [], facts);
    },
    judge: (_told, view) => {
      const service = view.events.find((event) =>
        "socket" in event && event.socket === view.ended.facts?.socket && isService(event)
      );
      if (service) {
        return fails(`expected no service; it received ${quote(service)}`, [service.seq]);
      }
      const end = view.events.find((event) => event.seq === view.ended.took[0]);
      return holds(end ? quote(end) : "it was never greeted nor answered", view.ended.took);
    },
  }),
];

/** Anything a target does for a client it has let in. */
function isService(event: Evidence): boolean {
  return isFrame(event, { event: GREETING }) || isFrame(event, { event: "pusher:pong" }) ||
    isFrame(event, { event: "pusher_internal:subscription_succeeded" });
}
