/** U2, U9, U10, U11, U13, U18 and U19: servers whose HTTP answers are of another shape, or not there. */
import { delay } from "@std/async";
import { alterBody, answerWith, resigned } from "../../../faults/answers.ts";
import type { RequestAction } from "../../../faults/break.ts";
import type { HttpResponse } from "../../../wire/http_message.ts";
import { request, response } from "../../../faults/rules.ts";
import { asObject, type Json } from "../../../faults/message.ts";
import type { Deviation } from "../deviation.ts";

const isEmpty = (channels: unknown) => Object.keys(asObject(channels) ?? {}).length === 0;

/** Answers `GET /channels` of no channels with this in the place of `{"channels":{}}`. */
const noneAs = (body: Json) => [
  response(
    { method: "GET", path: "/channels", status: 200 },
    alterBody((given) => isEmpty(given["channels"]) ? body : given),
  ),
];

const API = ["--suite", "api", "--suite", "ordering"];

const NONE: readonly Deviation[] = [
  ['an empty array: {"channels":[]}', { channels: [] }],
  ["nothing at all: {}", {}],
  ['null: {"channels":null}', { channels: null }],
].map(([what, body]) => ({
  row: "U2",
  does: `answers GET /channels of no channels with ${what}`,
  server: { rules: noneAs(body as Json) }, // a pair above is a text and a body
  args: API,
  right: { exit: 1, failed: ["P-263"] },
}));

/** Longer than any answer that a scenario's own channels make. */
const MANY = Object.fromEntries(
  Array.from(
    { length: 9000 },
    (_, index) => [`another-application-${"x".repeat(20)}-${index}`, {}],
  ),
);

const LONG: readonly Deviation[] = [
  {
    row: "U9",
    does: "lists 9,000 channels of somebody else as well: answers of 400 kB",
    server: {
      rules: [
        response(
          {
            method: "GET",
            path: "/channels",
            status: 200,
            where: ({ query }) => !query.has("filter_by_prefix"),
          },
          alterBody((given) => ({ channels: { ...MANY, ...asObject(given["channels"]) } })),
        ),
      ],
    },
    args: API,
    right: { exit: 0, failed: [] },
  },
  {
    row: "U9",
    does: "pads every answer of GET /channels with 300,000 blanks",
    server: {
      rules: [
        response({ method: "GET", path: "/channels", status: 200 }, (given) => ({
          ...given,
          body: new TextEncoder().encode(
            " ".repeat(300_000) + new TextDecoder().decode(given.body),
          ),
        })),
      ],
    },
    args: API,
    right: { exit: 0, failed: [] },
  },
];

/** The request for a list, without its prefix unless that is a kind of channel as a whole. */
const kindsOnly = resigned((asked) => ({
  ...asked,
  target: asked.target.replace(/([?&])filter_by_prefix=(?!(private|presence)-(&|$))[^&]*/, "$1"),
}));

const PREFIXES: readonly Deviation[] = [{
  row: "U23",
  does: "knows private- and presence- as prefixes of a list of channels, and no other",
  server: { rules: [request({ method: "GET", path: "/channels" }, kindsOnly)] },
  // What it passes on is signed anew, so that no signature can be judged here.
  args: ["--scenario", "api/channels/**", "--scenario", "api/events/**"],
  right: { exit: 1, failed: ["P-264"] },
}];

const ABSENT_BATCH: readonly Deviation[] = [404, 405, 501].map((code) => ({
  row: "U10",
  does: `has no batch_events: HTTP ${code}`,
  server: { rules: [request({ path: "/batch_events" }, answerWith(code, { error: "not here" }))] },
  args: ["api/**", "protocol/**", "ordering/**", "robustness/stalled-reader"]
    .flatMap((scenario) => ["--scenario", scenario]),
  right: { exit: 1, failed: ["P-252"], kinds: { "P-252": "absent feature" } },
}));

/** Whether the channel is one that nobody is subscribed to, by the target's own answer. */
const ifVacant = (code: number): RequestAction => async ({ forward, request: asked }) => {
  const answer = await forward(asked);
  const body = new TextDecoder().decode(answer.body);
  return answer.status === 200 && body.includes('"occupied":false')
    ? { ...answer, status: code, body: new TextEncoder().encode('{"error":"no such channel"}') }
    : answer;
};

const OF_ONE_CHANNEL = [
  ...["--suite", "api", "--suite", "protocol", "--suite", "auth", "--suite", "ordering"],
  ...["--suite", "presence"],
];

const ABSENT_CHANNEL: readonly Deviation[] = [
  ...[400, 404, 500].map((code): Deviation => ({
    row: "U11",
    does: `answers GET /channels/X of a channel that nobody is in with HTTP ${code}`,
    server: { rules: [request({ method: "GET", path: /^\/channels\/[^/]+$/ }, ifVacant(code))] },
    args: OF_ONE_CHANNEL,
    right: { exit: 1, failed: ["P-267"] },
  })),
  {
    row: "U11",
    does: "has no GET /channels/X: HTTP 404",
    server: {
      rules: [
        request(
          { method: "GET", path: /^\/channels\/[^/]+$/ },
          answerWith(404, { error: "not here" }),
        ),
      ],
    },
    args: OF_ONE_CHANNEL,
    right: { exit: 1, failed: ["P-267"], kinds: { "P-267": "absent feature" } },
  },
];

const ADDITIVE: readonly Deviation[] = [
  {
    row: "U18",
    does: "describes each channel of an answer to a publish with one key more",
    server: {
      rules: [
        response(
          { method: "POST", path: "/events", status: 200 },
          alterBody((given) => described(given, "channels")),
        ),
      ],
    },
    args: ["--suite", "api"],
    right: { exit: 0, failed: [] },
  },
  {
    row: "U18",
    does: "describes each channel of GET /channels with one key more",
    server: {
      rules: [
        response(
          { method: "GET", path: "/channels", status: 200 },
          alterBody((given) => described(given, "channels")),
        ),
      ],
    },
    args: ["--suite", "api"],
    right: { exit: 0, failed: [] },
  },
  {
    row: "U18",
    does: "adds a key to the answers of GET /channels/X and of its users, and to each user",
    server: {
      rules: [
        response(
          { method: "GET", path: "/channels/*", status: 200 },
          alterBody((given) => ({ ...described(given, "users"), node: "one" })),
        ),
      ],
    },
    args: ["--suite", "api", "--suite", "cache"],
    right: { exit: 0, failed: [] },
  },
];

/** One key more in each of what stands under this key. */
function described(body: Json, key: string): Json {
  const inner = body[key];
  if (Array.isArray(inner)) {
    return { ...body, [key]: inner.map((one) => ({ ...asObject(one), node: "one" })) };
  }
  const object = asObject(inner);
  return object === undefined ? body : {
    ...body,
    [key]: Object.fromEntries(
      Object.entries(object).map(([name, one]) => [name, { ...asObject(one), node: "one" }]),
    ),
  };
}

/** Answers so much later. */
const slowly = (ms: number): RequestAction => async ({ forward, request: asked }) => {
  await delay(ms);
  return await forward(asked);
};

const LATE: readonly Deviation[] = [
  {
    row: "U13",
    does: "takes six seconds to list the users of a channel",
    server: {
      rules: [
        request(
          { method: "GET", path: "/channels/*/users" },
          slowly(6000),
        ),
      ],
    },
    args: ["--scenario", "api/users/distinct"],
    right: { exit: 0, failed: [], warned: ["P-270"] },
  },
];

/** What it answers to a right request it answers again for so long, to each query apart. */
function cached(forMs: number): RequestAction {
  const answers = new Map<string, { readonly at: number; readonly answer: HttpResponse }>();
  return async ({ path, query, forward, request: asked }) => {
    const answer = await forward(asked);
    if (answer.status !== 200) return answer;
    const key = `${path} ${query.get("filter_by_prefix") ?? ""} ${query.get("info") ?? ""}`;
    const known = answers.get(key);
    if (known !== undefined && performance.now() - known.at < forMs) return known.answer;
    answers.set(key, { at: performance.now(), answer });
    return answer;
  };
}

const CACHED: readonly Deviation[] = [
  {
    row: "U19",
    does: "remembers its list of channels for two seconds",
    server: { rules: [request({ method: "GET", path: "/channels" }, cached(2000))] },
    // An answer is older than its place in the memory, on a busy machine by seconds.
    target: { settles: "8s" },
    args: API,
    right: { exit: 0, failed: [] },
  },
  {
    row: "U19",
    does: "remembers what it knows of a channel for a second",
    server: {
      rules: [request({ method: "GET", path: "/channels/*" }, cached(1000))],
    },
    args: ["--suite", "api", "--suite", "protocol"],
    right: { exit: 0, failed: [] },
  },
];

export const ANSWERS: readonly Deviation[] = [
  ...PREFIXES,
  ...NONE,
  ...LONG,
  ...ABSENT_BATCH,
  ...ABSENT_CHANNEL,
  ...LATE,
  ...ADDITIVE,
  ...CACHED,
];
