/**
 * What piles up before a client that stops reading, and messages larger than any server should take.
 *
 * A phone in a tunnel reads nothing, and its TCP window closes. A server that waits for it delays
 * everybody; one that buffers without bound dies of it. So one client stops reading while many
 * megabytes are published: the others must have them all, and when it reads on it must turn out that
 * the server has let it go or dropped what it could not take.
 */
import { z } from "zod";
import { isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import {
  blocked,
  broken,
  clientVerb,
  deadline,
  done,
  fails,
  holds,
  scenarioVerb,
  type Verb,
} from "../engine/verb.ts";
import { fenceApi } from "../engine/fence.ts";
import { isAccepted, publishAll } from "../engine/publish.ts";
import { many } from "../engine/demand.ts";

const pours = z.strictObject({
  on: z.string().describe("the channel"),
  event: z.string().describe("the event's name"),
  megabytes: z.number().min(1).describe("how much data in all, in events of 10,000 bytes"),
});
const isNotWaitedFor = z.strictObject({
  isNotWaitedFor: z.string().describe("the event that was poured"),
  on: z.string().describe("the channel"),
});
const getsAll = z.strictObject({
  receivesSequence: z.string().describe("the channel"),
  event: z.string().describe("the event that was poured"),
  poured: z.literal(true).describe("all that was published by megabytes"),
});
const sendsLarge = z.strictObject({
  whispers: z.string().describe("the event's name"),
  on: z.string().describe("the channel"),
  bytes: z.number().int().min(1).describe("size of the whole message in bytes"),
});
const isTurnedAway = z.strictObject({
  isClosed: z.null(),
  orError: z.literal(true).describe("an error is as good, or a close with 1009"),
});

const EVENT_BYTES = 10_000;
const BATCH = 10;

export const STALL: readonly Verb[] = [
  scenarioVerb({
    name: "publishSequence",
    form: "megabytes",
    summary:
      "Publishes many megabytes over one API connection, in batches where the target has them.",
    schema: pours,
    asks: ({ megabytes }, turn) => ({ messages: many(megabytes, turn) * 1_000_000 / EVENT_BYTES }),
    premises: () => ["P-235", "P-252", "P-210"],
    run: async (params, attempt) => {
      const batches = Math.ceil((params.megabytes * 1_000_000) / (EVENT_BYTES * BATCH));
      const item = {
        name: params.event,
        channel: attempt.names.of(params.on),
        data: "x".repeat(EVENT_BYTES),
      };
      const batch = Array.from({ length: BATCH }, () => item);
      for (let n = 0; n < batches; n++) {
        const exchange = await publishAll(batch, attempt);
        if (!isAccepted(exchange)) {
          return broken(`a batch was answered with ${quote(exchange)}`);
        }
      }
      attempt.variables.set("poured", batches * BATCH);
      return done([], { events: batches * BATCH });
    },
  }),
  clientVerb({
    name: "receivesSequence",
    form: "poured",
    summary: "Receives every event that was poured.",
    schema: getsAll,
    run: async (params, client, attempt) => {
      const pattern = {
        event: params.event,
        channel: attempt.names.of(params.receivesSequence),
      };
      const wanted = Number(attempt.variables.get("poured"));
      let count = 0;
      const last = await client.until((event) => {
        if (isFrame(event, pattern)) count++;
        return count === wanted || event.kind === "closed";
      }, attempt.deadlineMs);
      return last && count === wanted
        ? done([], { wanted, count })
        : { ...deadline("not all came"), facts: { wanted, count } };
    },
    judge: (_told, view) => {
      const { wanted, count } = view.ended.facts ?? {};
      return view.ended.outcome === "done"
        ? holds(`all ${wanted} events came, while another client of the channel read nothing`)
        : fails(`expected ${wanted} events in spite of a client that reads nothing; ${count} came`);
    },
  }),
  clientVerb({
    name: "isNotWaitedFor",
    summary:
      "After it reads on, it turns out that the server has cut it off or dropped what it could not send.",
    schema: isNotWaitedFor,
    run: async (params, client, attempt) => {
      const pattern = { event: params.isNotWaitedFor, channel: attempt.names.of(params.on) };
      client.line?.resume();
      const fence = await fenceApi(attempt, client);
      const count = attempt.log.events.filter((event) =>
        isOf(client.name, event) && isFrame(event, pattern)
      ).length;
      const facts = { fence, count, wanted: Number(attempt.variables.get("poured")) };
      return fence === "lost"
        ? { ...deadline("the fence did not come back"), facts }
        : done([], facts);
    },
    judge: (_told, view) => {
      const { fence, count, wanted } = view.ended.facts ?? {};
      if (typeof count !== "number" || typeof wanted !== "number") {
        return blocked("nothing was poured");
      }
      if (fence === "closed") return holds(`cut off after ${count} of ${wanted} events`);
      if (count < wanted) return holds(`${wanted - count} of ${wanted} events were dropped for it`);
      const megabytes = Math.round((wanted * EVENT_BYTES) / 1_000_000);
      return fails(
        `the server kept all ${wanted} events (${megabytes} MB) for a client that read nothing: nothing shows that its memory is bounded`,
      );
    },
  }),
  clientVerb({
    name: "whispers",
    form: "bytes",
    summary: "Sends one client event of this size.",
    schema: sendsLarge,
    asks: () => ({ messages: 1 }),
    run: (params, client, attempt) => {
      const channel = attempt.names.of(params.on);
      const empty = JSON.stringify({ event: params.whispers, channel, data: "" });
      attempt.log.add({
        kind: "note",
        text: `${client.socket} sends a client event of ${params.bytes} bytes`,
      });
      client.line?.sendText(
        empty.slice(0, -2) + "x".repeat(Math.max(0, params.bytes - empty.length)) +
          empty.slice(-2),
      );
      return done();
    },
  }),
  clientVerb({
    name: "isClosed",
    form: "orError",
    summary: "An error or a close with 1009 or a code of the protocol answers what it sent.",
    schema: isTurnedAway,
    run: async (_told, client, attempt) => {
      const event = await client.until(
        (event) => event.kind === "closed" || isFrame(event, { event: "pusher:error" }),
        attempt.deadlineMs,
      );
      return event ? done([event.seq]) : deadline("neither an error nor a close came");
    },
    judge: (_told, view) => {
      const event = view.events.find(({ seq }) => seq === view.ended.took[0]);
      if (!event) return fails(`expected an error or a close; ${view.ended.detail}`);
      if (event.kind !== "closed") return holds(quote(event), [event.seq]);
      if (event.code === 1009 || (event.code >= 4000 && event.code < 5000)) {
        return holds(quote(event), [event.seq]);
      }
      // A server that closes while megabytes are still on their way resets the connection, and
      // the reset can overtake its close frame: without a code nothing can be said against it.
      if (event.code === 1006) {
        return holds("cut off; a close code, if there was one, was lost with the connection", [
          event.seq,
        ]);
      }
      return fails(`expected a close with 1009 or 4xxx; ${quote(event)}`, [event.seq]);
    },
  }),
];
