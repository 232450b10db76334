/** What the official server library makes of a target: a backend as most users have it. */
import type { Demand } from "../engine/demand.ts";
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import { premisesOfAnswer } from "../expect/answer.ts";
import type { EvidenceOf } from "../record/evidence.ts";
import { quote } from "../record/words.ts";
import type { Attempt, Exchange } from "../engine/attempt.ts";
import { prefixOf } from "../engine/signed_request.ts";
import {
  broken,
  deadline,
  done,
  fails,
  holds,
  type Outcome,
  scenarioVerb,
  type Verb,
} from "../engine/verb.ts";
import { type Official, withOfficialLibrary } from "../wire/official_library.ts";
import { eventsOf, isAbout } from "../expect/webhook_events.ts";

const as = z.string().optional().describe("a name for the answer");
const method = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("trigger"),
    on: z.union([z.string(), z.array(z.string())]).describe("one channel or several"),
    event: z.string().describe("the event's name"),
    data: z.unknown().optional().describe("its data; {} without it"),
    except: clientName("the client whose socket_id is excluded").optional(),
    info: z.string().optional().describe("what the answer is to tell"),
    as,
  }),
  z.strictObject({
    method: z.literal("triggerBatch"),
    events: z.array(
      z.strictObject({ on: z.string(), event: z.string(), data: z.unknown().optional() }),
    ).describe("each with its channel"),
    as,
  }),
  z.strictObject({
    method: z.literal("get"),
    path: z.string().describe("names in braces get the scenario's suffix"),
    params: z.record(z.string(), z.string()).optional().describe("of the query"),
    as,
  }),
  z.strictObject({
    method: z.literal("sendToUser"),
    user: z.string().describe("the id of the user"),
    event: z.string().describe("the event's name"),
    data: z.unknown().optional().describe("its data; {} without it"),
    as,
  }),
  z.strictObject({
    method: z.literal("terminateUserConnections"),
    user: z.string().describe("the id of the user"),
    as,
  }),
]);
type Method = z.infer<typeof method>;
const signs = z.strictObject({
  by: z.literal("official library"),
  channel: z.string().optional().describe("admits to this channel; signs in without it"),
  for: clientName("the client whose socket is admitted"),
  user: z.string().optional().describe("user id; the client's name without it"),
  as: z.string().describe("the name of the signature; NAMEData is what it was made over"),
});

const reads = z.strictObject({
  validTo: z.literal("official library"),
  event: z.string().describe("the event's name, for example channel_occupied"),
  on: z.string().describe("the channel it tells of"),
});

/** Makes one call of the library's own. Rejects the way the library does. */
function make(told: Method, attempt: Attempt, library: Official): Promise<unknown> {
  const { names } = attempt;
  switch (told.method) {
    case "trigger": {
      const channels = [told.on].flat().map((channel) => names.of(channel));
      const socketId = told.except === undefined ? undefined : attempt.client(told.except).socketId;
      return library.trigger(channels, told.event, told.data ?? {}, {
        ...(socketId === undefined ? {} : { socket_id: socketId }),
        ...(told.info === undefined ? {} : { info: told.info }),
      });
    }
    case "triggerBatch":
      return library.triggerBatch(
        told.events.map(({ on, event, data }) => ({
          channel: names.of(on),
          name: event,
          data: data ?? {},
        })),
      );
    case "get":
      return library.get({
        path: told.path.replace(/\{([^}]+)\}/g, (_all, name: string) => names.of(name)),
        ...(told.params ? { params: told.params } : {}),
      });
    case "sendToUser":
      return library.sendToUser(names.of(told.user), told.event, told.data ?? {});
    case "terminateUserConnections":
      return library.terminateUserConnections(names.of(told.user));
  }
}

/** What a call of the library asks of the target, as its step is written. */
function asksOf(
  { method, on, events }: Readonly<Record<string, unknown>>,
): Partial<Demand> {
  switch (method) {
    case "trigger":
      return { messages: [on].flat().length };
    case "triggerBatch":
      return { messages: [events].flat().length };
    case "sendToUser":
      return { messages: 1 };
    case "terminateUserConnections":
      return { terminations: 1 };
    default:
      return {};
  }
}

/** Lets the library make its call, and records what it said, heard and made of it. */
async function call(told: Method, attempt: Attempt): Promise<Outcome> {
  const exchanges: Exchange[] = [];
  const refusal = await withOfficialLibrary(
    attempt.app,
    async (request) => {
      const target = `${prefixOf(attempt.target.apiUrl)}${request.target}`;
      const exchange = await attempt.send({ ...request, target });
      exchanges.push(exchange);
      return exchange.kind === "response" ? exchange : undefined;
    },
    (library) =>
      make(told, attempt, library).then(
        () => undefined,
        (error: Error) => error.message.split("\n")[0],
      ),
  );
  const last = exchanges.at(-1);
  if (!last) return broken(`the library made no request: ${refusal}`);
  attempt.variables.set("answer", last.exchange);
  if (told.as) attempt.variables.set(told.as, last.exchange);
  return done([last.seq], refusal === undefined ? {} : { refusal });
}

/** What the library makes of a webhook. Where the signature is missing it throws instead of saying no. */
function isValidTo(
  library: Official,
  headers: Readonly<Record<string, string>>,
  rawBody: string,
): boolean {
  try {
    return library.webhook({ headers, rawBody }).isValid();
  } catch {
    return false;
  }
}

export const OFFICIAL: readonly Verb[] = [
  scenarioVerb({
    name: "official",
    summary:
      "Calls a method of the official server library, which must take the answer for a success.",
    schema: method,
    asks: asksOf,
    premises: (_told, view) => view ? premisesOfAnswer({ status: 200 }, view) : [],
    run: call,
    judge: (told, view) => {
      const answer = view.events.find((event): event is EvidenceOf<"response"> =>
        event.seq === view.ended.took[0]
      );
      const refusal = view.ended.facts?.refusal;
      const answered = answer ? quote(answer) : "no answer";
      if (refusal === undefined) {
        return holds(
          `${told.method} of the official library succeeded: ${answered}`,
          view.ended.took,
        );
      }
      const finding = fails(
        `${told.method} of the official library failed with "${refusal}": ${answered}`,
        view.ended.took,
      );
      // What it asked for was refused, so that what every such call stands on may be to blame.
      return answer && answer.status >= 400 ? { ...finding, unmet: true } : finding;
    },
  }),
  scenarioVerb({
    name: "sign",
    form: "by",
    summary:
      "Lets the official server library sign for a channel or a sign-in, and names the result.",
    schema: signs,
    run: async (told, attempt) => {
      const { socketId = "" } = attempt.client(told.for);
      const user = attempt.names.of(told.user ?? told.for);
      const signed = await withOfficialLibrary(
        attempt.app,
        () => Promise.resolve(undefined),
        (library) => {
          if (told.channel === undefined) {
            const { auth, user_data } = library.authenticateUser(socketId, { id: user });
            return { auth, data: user_data };
          }
          const channel = attempt.names.of(told.channel);
          const member = channel.startsWith("presence-") ? { user_id: user } : undefined;
          const { auth, channel_data } = library.authorizeChannel(socketId, channel, member);
          return { auth, data: channel_data };
        },
      );
      attempt.variables.set(told.as, signed.auth);
      if (signed.data !== undefined) attempt.variables.set(`${told.as}Data`, signed.data);
      return done();
    },
  }),
  scenarioVerb({
    name: "webhook",
    form: "validTo",
    summary:
      "The official server library takes the webhook that tells of this event for a valid one.",
    schema: reads,
    run: async ({ event, on }, attempt) => {
      const about = { event, channel: attempt.names.of(on) };
      const webhook = await attempt.log.until(
        (seen) => eventsOf(seen).some((told) => isAbout(told, about)),
        { deadlineMs: attempt.deadlineMs },
      );
      if (webhook?.kind !== "webhook") return deadline(`no webhook told of ${event}`);
      const { headers, body: rawBody } = webhook;
      const isValid = await withOfficialLibrary(
        attempt.app,
        () => Promise.resolve(undefined),
        (library) => isValidTo(library, headers, rawBody),
      );
      return done([webhook.seq], { isValid });
    },
    judge: (_told, view) => {
      const webhook = view.events.find((event) => event.seq === view.ended.took[0]);
      if (!webhook) return fails(view.ended.detail ?? "no webhook arrived");
      return view.ended.facts?.isValid === true
        ? holds("the official library finds the webhook valid", [webhook.seq])
        : fails(`the official library finds the webhook invalid: ${quote(webhook)}`, [webhook.seq]);
    },
  }),
];
