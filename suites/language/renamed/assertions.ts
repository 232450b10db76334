/** Words of assertions: what clients receive, what pages are told, what webhooks tell. */
import { client, type Renamed, scenario, undoubled } from "./entry.ts";

/** Two numbers that were keys of the step are one key's mapping now. */
function ifTold(was: string, word: string): Renamed {
  return {
    actor: "client",
    was,
    now: `{ ${word}, ifTold: { from: 4000, to: 4099 } }`,
    rewrite: ({ [was]: head, from, to, ...rest }) => ({
      word,
      said: { [word]: head, ifTold: { from, to }, ...rest },
    }),
  };
}

const ERROR = "pusher:error";
const COUNT = "pusher_internal:subscription_count";
const ERRORS: Readonly<Record<string, unknown>> = {
  "has a message": { message: { $type: "string" } },
  "has a code of the protocol or none": {
    code: { $oneOf: [{ $absent: "orNull" }, { $type: "integer", $atLeast: 4000, $atMost: 4399 }] },
  },
};

export const ASSERTIONS: readonly Renamed[] = [
  client("isPonged", "receives", "{ receives: pong, payload: TEXT }", { isPonged: "payload" }, {
    receives: "pong",
  }),
  client("saw", "received", "{ received: EVENT }", { saw: "received" }),
  client("counts", "received", "{ received: EVENT, times: 1 }", { counts: "received" }),
  client("beginsWith", "received", "{ received: EVENT, first: true }", {
    beginsWith: "received",
  }, { first: true }),
  client("sawExactly", "received", "{ received: EVENT, on: CHANNEL, oneOf: [[…]] }", {
    sawExactly: "received",
  }),
  {
    actor: "client",
    was: "sawInOrder",
    now: "{ received: EVENT, before: EVENT, on: CHANNEL }",
    rewrite: ({ sawInOrder, ...rest }, plain) => {
      const [received, before] = [plain(sawInOrder)].flat();
      return { word: "received", said: { received, before, ...rest } };
    },
  },
  {
    actor: "client",
    was: "countsNowAndThen",
    now:
      "{ receives: pusher_internal:subscription_count, on: CHANNEL, data: …, times: 1, within: 9s, apart: 4s }",
    rewrite: ({ countsNowAndThen: on, over, ...rest }, plain) => ({
      word: "receives",
      said: {
        receives: COUNT,
        on,
        data: { subscription_count: { $atLeast: Number(plain(over)) + 1 } },
        ...rest,
      },
    }),
  },
  client(
    "isAdmitted",
    "receives",
    '{ receives: "pusher_internal:subscription_succeeded", on: CHANNEL }',
    { isAdmitted: "on" },
    { receives: "pusher_internal:subscription_succeeded" },
  ),
  client("unseals", "receives", "{ receives: EVENT, on: CHANNEL, unsealed: DATA }", {
    unseals: "receives",
    text: "unsealed",
  }),
  client("nothingElse", "receivesNothingElse", "{ receivesNothingElse: CHANNEL }", {
    nothingElse: "receivesNothingElse",
  }),
  client("hearsNoAnswer", "receivesNothingElse", "receivesNothingElse", {
    hearsNoAnswer: "receivesNothingElse",
  }),
  ifTold("isClosedIfTold", "isClosed"),
  ifTold("livesOnIfTold", "staysOpen"),
  client("hears", "sees", "{ sees: EVENT, what: listener }", { hears: "sees" }, {
    what: "listener",
  }),
  client("neverHears", "neverSees", "{ neverSees: EVENT, what: listener }", {
    neverHears: "neverSees",
  }, { what: "listener" }),
  client("entersState", "sees", "{ sees: STATE, what: state }", { entersState: "sees" }, {
    what: "state",
  }),
  client("isToldError", "sees", "{ sees: error, what: error, data: … }", { isToldError: "data" }, {
    sees: "error",
    what: "error",
  }),
  client("sawOnly", "seesOnly", "{ seesOnly: [EVENT, EVENT], on: CHANNEL }", {
    sawOnly: "seesOnly",
  }),
  client("passedThrough", "seesOnly", "{ seesOnly: [STATE, STATE], what: state }", {
    passedThrough: "seesOnly",
  }, { what: "state" }),
  client("askedForKey", "seesOnly", "{ seesOnly: 2, what: authorization, on: CHANNEL }", {
    askedForKey: "seesOnly",
  }, { what: "authorization" }),
  client("hasSettings", "knows", "{ knows: settings, is: … }", { hasSettings: "is" }, {
    knows: "settings",
  }),
  client("knowsSocketId", "knows", "{ knows: socket id, is: … }", { knowsSocketId: "is" }, {
    knows: "socket id",
  }),
  client("hasMembers", "knows", "{ knows: members, is: [ana, bob], on: CHANNEL }", {
    hasMembers: "is",
  }, { knows: "members" }),
  {
    actor: "scenario",
    was: "everyError",
    now: "everyMessage: { event: pusher:error, data: … }",
    rewrite: ({ everyError, ...rest }, plain) => ({
      word: "everyMessage",
      said: { event: ERROR, data: ERRORS[String(plain(everyError))], ...rest },
    }),
  },
  undoubled("everyMessage", "is"),
  scenario("noWebhook", "webhooks", "webhooks: { event: …, on: …, times: 0, past: … }", {}, {
    times: 0,
  }),
  scenario("webhookCount", "webhooks", "webhooks: { event: …, on: …, times: 1, past: … }", {
    count: "times",
  }),
  scenario("webhookAttempts", "webhook", "webhook: { event: …, on: …, attempts: 5 }", {
    count: "attempts",
  }),
  scenario(
    "webhooksAlternate",
    "webhooks",
    "webhooks: { alternate: [channel_occupied, channel_vacated], on: CHANNEL }",
    { webhooksAlternate: "on" },
    { alternate: ["channel_occupied", "channel_vacated"] },
  ),
  scenario("everyWebhookIsSigned", "everyWebhook", "everyWebhook: { signed: true }", {
    by: "signed",
  }, { signed: true }),
  scenario("everyWebhookIsDated", "everyWebhook", "everyWebhook: { dated: true }", {}, {
    dated: true,
  }),
  undoubled("webhooksAnswer", "with"),
  scenario("publishSealed", "publish", "publish: { on: …, event: …, data: …, sealed: KEY }", {
    text: "data",
  }, { sealed: "main" }),
  scenario("publishEncrypted", "publish", "publish: { on: …, event: …, data: …, sealed: KEY }", {
    key: "sealed",
  }, { sealed: "main" }),
  {
    actor: "scenario",
    was: "secretsStaySecret",
    now: "staysSecret: { in: traffic }",
    rewrite: ({ secretsStaySecret: _, ...rest }) => ({
      word: "staysSecret",
      said: { in: "traffic", ...rest },
    }),
  },
  scenario("logsStayDiscreet", "staysSecret", "staysSecret: { in: log, payload: … }", {}, {
    in: "log",
  }),
  scenario("staysSealed", "staysSecret", "staysSecret: { sealed: TEXT, on: CHANNEL }", {
    text: "sealed",
  }),
];
