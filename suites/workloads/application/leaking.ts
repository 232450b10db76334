/**
 * What people got to see of an application, and what they must not have seen.
 *
 * Secrets are values that occur nowhere else, planted where the application must keep them to itself:
 * a reserve, an address, a password. Outsiders then ask for everything they could think of, rightly
 * and wrongly, and all that reached each of them, in frames and answers, however it was encoded, is
 * searched. A search that was cut short accuses nobody and clears nobody.
 */
import { z } from "zod";
import { clientName } from "../../language/client_name.ts";
import { valueAt } from "../../applications/answers.ts";
import { EVENT_NAMES } from "../../language/application_event.ts";
import { frameOf, isFrame, isOf } from "../../record/frames.ts";
import { quote } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  blocked,
  broken,
  done,
  factsOf,
  fails,
  holds,
  scenarioVerb,
  type Verb,
} from "../../engine/verb.ts";
import { SECRETS } from "../leaks/canary.ts";
import {
  type Hidden,
  judgeFields,
  judgeHidden,
  judgeInside,
  type Shown,
  whoWasShown,
} from "../leaks/judge.ts";

const hides = z.strictObject({
  what: z.string().describe("what it is, in words"),
  kind: z.enum(SECRETS).describe("what kind of secret it is"),
  text: z.string().optional().describe("the secret itself"),
  amount: z.number().int().optional().describe("money in the smallest unit"),
  from: z.array(clientName("a client")).min(1).describe(
    "clients and groups who must not have seen it",
  ),
});
const from = z.array(clientName("a client")).min(1).describe(
  "clients and groups who must not have seen it",
);
const hidesItsInside = z.strictObject({
  inside: z.literal(true).describe("SQL, stack traces, paths of its source, stored passwords"),
  from,
});
const hidesCredentials = z.strictObject({
  credentialsOf: z.array(clientName("a client")).min(1).describe("what lets these clients in"),
  from,
});
const keepsToFields = z.strictObject({
  unlistedFields: z.literal(true).describe(
    "every field of an event that the application file does not allow",
  ),
  from,
});
const hidesEvent = z.strictObject({
  event: z.enum(EVENT_NAMES).describe("an event of the application"),
  of: z.string().describe("the id of the lot, sale or order"),
  from,
  witness: clientName("a client who did hear of it"),
});
const hidesBidders = z.strictObject({
  biddersAcross: z.array(z.string()).min(2).describe("lots one bidder has bid on"),
  in: z.string().describe("the client who has followed them"),
});
const membersOf = (names: readonly string[], attempt: Attempt) =>
  names.flatMap((name) => attempt.clients(name).map((client) => client.name));

export const LEAKING: readonly Verb[] = [
  scenarioVerb({
    name: "hides",
    summary:
      "None of these has seen it, in any frame or answer, however it was encoded; somebody told it to the application.",
    schema: hides,
    run: ({ from }, attempt) => done([], { observers: membersOf(from, attempt) }),
    judge: (params, view) => judgeHidden(params, view),
  }),
  scenarioVerb({
    name: "hides",
    form: "inside",
    summary:
      "None of these has seen SQL, a stack trace, a path of its source or a stored password.",
    schema: hidesItsInside,
    run: ({ from }, attempt) =>
      done([], { observers: membersOf(from, attempt), inside: attempt.application.inside }),
    judge: (_told, view) => judgeInside(view),
  }),
  scenarioVerb({
    name: "hides",
    form: "credentialsOf",
    summary:
      "None of these has seen what lets the others in: a password, a session's cookie, a token.",
    schema: hidesCredentials,
    run: async ({ credentialsOf: of, from }, attempt) => {
      const observers = membersOf(from, attempt);
      const owners = membersOf(of, attempt);
      const secrets = await Promise.all(owners.map(async (owner) => [
        String(attempt.lookup(`${owner}.password`)),
        ...await attempt.visitor(owner).secrets(),
      ]));
      const shown = whoWasShown(secrets.flat(), observers, attempt.log.events);
      return done([], { observers, secrets: secrets.flat().length, shown });
    },
    judge: ({ credentialsOf: of }, view) => {
      const { observers, secrets, shown: [first] } = factsOf<
        Hidden & {
          secrets: number;
          shown: Shown[];
        }
      >(view);
      if (secrets <= of.length) return blocked(`${of.join(", ")} had no session to be known by`);
      return first === undefined
        ? holds(`none of ${secrets} passwords, cookies and tokens reached ${observers.join(", ")}`)
        : fails(
          `${first.who} was shown in ${first.where} what lets ${of.join(" or ")} in`,
          [first.seq],
        );
    },
  }),
  scenarioVerb({
    name: "hides",
    form: "unlistedFields",
    summary:
      "Every event of the application that these received has only the fields its file allows, and keeps to its budget.",
    schema: keepsToFields,
    run: ({ from }, attempt) => {
      const shapes = Object.fromEntries(
        [
          ...Object.values(attempt.application.broadcasts.events),
          ...Object.values(attempt.application.resources).flatMap(({ events }) =>
            Object.entries(events).map(([key, { name = key, fields, budget }]) => ({
              name,
              allowed: fields,
              budgetBytes: budget,
            }))
          ),
          ...Object.values(attempt.application.figures).map(({ event }) => ({
            name: event.name,
            allowed: event.fields,
            budgetBytes: event.budget,
          })),
          ...Object.values(attempt.application.leases).flatMap(({ event }) =>
            event === undefined ? [] : [event.there, event.gone].map(({ name }) => ({
              name,
              allowed: event.fields,
              budgetBytes: event.budget,
            }))
          ),
        ].map(({ name, allowed, budgetBytes }) => [name, { allowed, budgetBytes }]),
      );
      return done([], { observers: membersOf(from, attempt), shapes });
    },
    judge: (_told, view) => judgeFields(view),
  }),
  scenarioVerb({
    name: "hides",
    form: "event",
    summary: "Nobody of these hears of it, though the witness does.",
    schema: hidesEvent,
    run: ({ event: name, of, from }, attempt) => {
      const { broadcasts } = attempt.application;
      const shape = broadcasts.events[name];
      if (shape === undefined) return broken(`the application file does not describe ${name}`);
      const observers = membersOf(from, attempt);
      return done([], {
        observers,
        event: shape.name,
        channel: broadcasts.channelOf(shape.of, of),
      });
    },
    judge: ({ witness }, view) => {
      const { observers, event: wire, channel } = factsOf<
        Hidden & {
          event: string;
          channel: string;
        }
      >(view);
      const heard = (who: string) =>
        view.events.find((event) => isOf(who, event) && isFrame(event, { event: wire, channel }));
      const seen = heard(witness);
      if (seen === undefined) return blocked(`${witness} did not hear of ${wire} either`);
      const who = observers.find((one) => heard(one) !== undefined);
      const leaked = who === undefined ? undefined : heard(who);
      return leaked === undefined
        ? holds(`${witness} heard of ${wire}, and none of ${observers.join(", ")} did`, [seen.seq])
        : fails(`${who} heard of ${wire} on ${channel}: ${quote(leaked)}`, [leaked.seq]);
    },
  }),
  scenarioVerb({
    name: "hides",
    form: "biddersAcross",
    summary: "What one lot calls its bidders tells nothing about who bids on another.",
    schema: hidesBidders,
    run: ({ biddersAcross: lots, in: name }, attempt) => {
      const { broadcasts } = attempt.application;
      const bid = broadcasts.events.BidPlaced;
      if (bid?.read.bidder === undefined) {
        return broken("the application file does not say where BidPlaced has its bidder");
      }
      const channels = lots.map((lot) => broadcasts.channelOf("lot", lot));
      return done([], { channels, event: bid.name, path: bid.read.bidder, who: name });
    },
    judge: (_told, view) => {
      const { channels, event: wire, path, who } = factsOf<{
        channels: string[];
        event: string;
        path: string;
        who: string;
      }>(view);
      const aliases = channels.map((channel) =>
        new Set(view.events.flatMap((event) => {
          const frame = isOf(who, event) && event.kind === "received" ? frameOf(event) : undefined;
          return frame?.event === wire && frame.channel === channel
            ? [String(valueAt(frame.decoded, path))]
            : [];
        }))
      );
      const empty = aliases.findIndex((set) => set.size === 0);
      if (empty >= 0) return blocked(`no bid was told of on ${channels[empty]}`);
      const twice = [...aliases[0] ?? []].find((alias) =>
        aliases.slice(1).some((others) => others.has(alias))
      );
      return twice === undefined
        ? holds(aliases.map((set) => [...set].join(", ")).join(" against "))
        : fails(`the bidder is called "${twice}" on each of ${channels.join(", ")}`);
    },
  }),
];
