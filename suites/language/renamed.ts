/**
 * Words that scenario files once used, and how the same is said now: for the message that refuses
 * an old word, and for `deno task migrate`, which rewrites it.
 */

/** A step's mapping; the values may be anything, a document's nodes for example. */
export type Said = Readonly<Record<string, unknown>>;

export interface Renamed {
  readonly actor: "client" | "scenario";
  readonly was: string;
  /** How it is written now, for the message. */
  readonly now: string;
  /** The new word, and its mapping. `plain` gives a value as plain data. */
  rewrite(
    said: Said,
    plain: (value: unknown) => unknown,
  ): { readonly word: string; readonly said: Said };
  /** A word that is still there is old only in a mapping with this key. */
  readonly with?: string;
}

/** Says with `word` what was said with `was`, with keys renamed and others added where they are absent. */
function renamed(
  actor: Renamed["actor"],
  was: string,
  word: string,
  now: string,
  keys: Readonly<Record<string, string>> = {},
  added: Said = {},
): Renamed {
  return {
    actor,
    was,
    now,
    rewrite: (said) => {
      const renamed = Object.fromEntries(
        Object.entries(said).map(([key, value]) => [keys[key] ?? key, value]),
      );
      return { word, said: withAdded(renamed, added, word) };
    },
  };
}

/** The word itself stands first in a step, what is judged last. */
function withAdded(said: Said, added: Said, word: string): Said {
  const all = Object.entries({ ...added, ...said });
  const isJudged = ([key]: readonly [string, unknown]) =>
    ["checks", "informs", "ambiguity"].includes(key);
  return Object.fromEntries([
    ...all.filter(([key]) => key === word),
    ...all.filter((one) => one[0] !== word && !isJudged(one)),
    ...all.filter(isJudged),
  ]);
}

const client = (...rest: Parameters<typeof renamed> extends [unknown, ...infer R] ? R : never) =>
  renamed("client", ...rest);
const scenario = (...rest: Parameters<typeof renamed> extends [unknown, ...infer R] ? R : never) =>
  renamed("scenario", ...rest);

/** The same word, whose mapping no longer repeats it: `everyMessage: { everyMessage: text }`. */
function undoubled(word: string, key: string): Renamed {
  return { ...scenario(word, word, `${word}: { ${key}: … }`, { [word]: key }), with: word };
}

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

export const RENAMED: readonly Renamed[] = [
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

/** The entry that tells how this step is written now, if it is written in an old way. */
export function renamedWord(
  actor: Renamed["actor"],
  word: string,
  said: Said,
): Renamed | undefined {
  return RENAMED.find((entry) =>
    entry.actor === actor && entry.was === word && (entry.with === undefined || entry.with in said)
  );
}
