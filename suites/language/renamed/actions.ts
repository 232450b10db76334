/** Words of actions: connecting, sending, signing, publishing, pages and scripted servers. */
import { client, type Renamed, scenario, undoubled } from "./entry.ts";

/** A word that took one value alone, and whose value is one of a few words today. */
function oneOf(
  actor: Renamed["actor"],
  was: string,
  word: string,
  key: string,
  values: Readonly<Record<string, string>>,
): Renamed {
  return {
    actor,
    was,
    now: `${word}: ${Object.values(values).join(" | ")}`,
    rewrite: ({ [was]: value, ...rest }, plain) => ({
      word,
      said: { [key]: values[String(plain(value))] ?? value, ...rest },
    }),
  };
}

/** The same, where the word said it all. */
function lone(
  actor: Renamed["actor"],
  was: string,
  word: string,
  key: string,
  value: string,
): Renamed {
  return {
    actor,
    was,
    now: `${word}: ${value}`,
    rewrite: ({ [was]: _, ...rest }) => ({ word, said: { [key]: value, ...rest } }),
  };
}

export const ACTIONS: readonly Renamed[] = [
  client("rushes", "connects", "{ connects, early: CHANNEL }", { rushes: "early" }, {
    connects: null,
  }),
  client("reconnects", "connects", "{ connects, patiently: true }", { reconnects: "connects" }, {
    patiently: true,
  }),
  client("joinsMany", "subscribes", "{ subscribes: CHANNEL, channels: 100 }", {
    joinsMany: "subscribes",
    count: "channels",
  }),
  client("sendsBinary", "sendsText", "{ sendsText: TEXT, binary: true }", {
    sendsBinary: "sendsText",
  }, { binary: true }),
  client("sendsFragments", "sendsText", "{ sendsText: [PART, PART], ping: false }", {
    sendsFragments: "sendsText",
  }, { ping: false }),
  client("sendsNested", "sendsText", "{ sendsText: TEXT, depth: 9, open: …, close: … }", {
    sendsNested: "open",
    around: "sendsText",
    closed: "close",
  }),
  client(
    "sendsLarge",
    "whispers",
    "{ whispers: client-large, on: private-room, bytes: 9 }",
    { sendsLarge: "bytes" },
    { whispers: "client-large", on: "private-room" },
  ),
  client("whispersSequence", "whispers", "{ whispers: EVENT, on: CHANNEL, count: 9 }", {
    whispersSequence: "whispers",
  }),
  lone("client", "stopsReading", "reading", "reading", "stops"),
  lone("client", "readsOn", "reading", "reading", "goes on"),
  client("isTurnedAway", "isClosed", "{ isClosed, orError: true }", { isTurnedAway: "isClosed" }, {
    orError: true,
  }),
  client("awaitsPong", "pingsWhenIdle", "{ pingsWhenIdle, awaits: pong }", {
    awaitsPong: "pingsWhenIdle",
  }, { awaits: "pong" }),
  client("asksToJoin", "joins", "{ joins: CHANNEL, waits: false }", { asksToJoin: "joins" }, {
    waits: false,
  }),
  client("calls", "joins", "{ joins: CHANNEL, with: METHOD }", { calls: "with", on: "joins" }),
  client("listensForWhisper", "listens", "{ listens: EVENT, whisper: true, … }", {
    listensForWhisper: "listens",
  }, { whisper: true }),
  client("echoLeaves", "leaves", "{ leaves: CHANNEL, with: echo }", { echoLeaves: "leaves" }, {
    with: "echo",
  }),
  {
    ...oneOf("scenario", "server", "server", "is", { stops: "stopped", restarts: "restarted" }),
    with: "server",
  },
  oneOf("scenario", "outage", "server", "is", { begins: "down", ends: "up" }),
  undoubled("pause", "for"),
  undoubled("serverSends", "event"),
  scenario("serverSendsEncrypted", "serverSends", "serverSends: { event: …, on: …, sealed: KEY }", {
    serverSendsEncrypted: "event",
    key: "sealed",
  }),
  undoubled("serverCloses", "code"),
  lone("scenario", "serverCuts", "serverCloses", "code", "none"),
  scenario("officialSignature", "sign", "sign: { by: official library, for: …, as: … }", {}, {
    by: "official library",
  }),
  scenario(
    "officialWebhook",
    "webhook",
    "webhook: { event: …, on: …, validTo: official library }",
    {},
    {
      validTo: "official library",
    },
  ),
  scenario("signUser", "sign", "sign: { signIn: USER, for: …, as: … }", { user: "signIn" }),
  scenario("name", "make", "make: { name: …, length: 9, as: … }", { of: "name" }),
  scenario("text", "make", "make: { text: …, times: 9, as: … }", { of: "text" }),
  scenario("list", "make", "make: { list: …, times: 9, as: … }", { of: "list" }),
  scenario("publishInPieces", "publish", "publish: { on: …, event: …, pieces: 9 }"),
  scenario("callInPieces", "call", "call: { path: …, body: …, pieces: 9 }"),
];
