/** Awkward values: what a careless server confuses, alters or cannot bear. */

/** Users that are nearly the same: by case, as prefixes, as names that mean something to programs. */
export const USERS = ["ana", "Ana", "an", "ana2", "ben"] as const;

/** User ids as they stand, without a suffix; only for channels that are the history's own. */
export const RAW_USERS = ["0", "1", "01", "null", "__proto__", "constructor", "toString"] as const;

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
  "privateer",
  "presence-orders2",
] as const;

/** User infos as JSON text. */
export const INFOS = [
  undefined,
  '{"name":"Ana"}',
  '{"name":"ana"}',
  "{}",
  '"text"',
  "[1,2,null]",
  '{"name":"\u00c5ngstro\u0308m \ud83e\udd86","site":"https:\\/\\/a.example\\/\\u2028"}',
] as const;

/** Event names. */
export const EVENTS = ["sold", "Sold", "App\\Events\\Sold", "1", "so ld", "\u00e9t\u00e9"] as const;

/** The data of events: each has to arrive as the same text. */
export const DATA: readonly string[] = [
  "{}",
  '{"id":1}',
  '{"id": 1}',
  '{"id":1,"id":1}',
  "",
  "0",
  "null",
  "false",
  "[]",
  '""',
  "text",
  '"text"',
  '"{\\"id\\":1}"',
  "9007199254740993",
  "1.0",
  "-0",
  "1e400",
  '"\\/"',
  '"\\u2028"',
  "\u2028",
  "\u00e9",
  "e\u0301",
  "\ud83e\udd86",
  "\u0000",
  "<script>&amp;",
  "%7B%22a%22%3A1%7D",
  " {} ",
  "x".repeat(40),
  "x".repeat(90),
  "x".repeat(1000),
  "\u00e9".repeat(2000),
  '"'.repeat(3000),
  "x".repeat(9900),
];
