/** Awkward values: what a careless server confuses, alters or cannot bear. */
import corpus from "../../scenarios/corpus.json" with { type: "json" };

/** Users that are nearly the same: by case, as prefixes, as names that mean something to programs. */
export const USERS = ["ana", "Ana", "an", "ana2", "ben"] as const;

/** User ids as they stand, without a suffix; only for channels that are the history's own. */
export const RAW_USERS: readonly string[] = corpus.users.map(({ id }) => id);

/** The beginnings of channel names, one of every kind and some that are nearly the same. */
export const CHANNELS = [
  "orders",
  "private-orders",
  "presence-orders",
  "cache-orders",
  "presence-Orders",
  "private-cache-orders",
  "presence-cache-orders",
  "private-encrypted-orders",
  "private-encrypted-cache-orders",
  "privateer",
  "presence-orders2",
] as const;

/** User infos as JSON text; first none. */
export const INFOS: readonly (string | undefined)[] = [
  undefined,
  '{"name":"Ana"}',
  '{"name":"ana"}',
  '"text"',
  "[1,2,null]",
  ...corpus.infos.map(({ info }) => JSON.stringify(info)),
];

/** Event names. */
export const EVENTS = ["sold", "Sold", "App\\Events\\Sold", "1", "so ld", "\u00e9t\u00e9"] as const;

/** The data of events: each has to arrive as the same text. */
export const DATA: readonly string[] = [
  "{}",
  '{"id":1}',
  ...corpus.data.map(({ data }) => data),
  // Frames of a server on both sides of 125 bytes, and large ones, escaped or not.
  "x".repeat(40),
  "x".repeat(90),
  "x".repeat(1000),
  "\u00e9".repeat(2000),
  '"'.repeat(3000),
  "x".repeat(9900),
  "\u0001".repeat(9900),
];
