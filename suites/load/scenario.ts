/** A load scenario: who connects, what they listen to, what is published, when, and how good it must be. */
import { z } from "zod";
import {
  BadFile,
  didYouMean,
  position,
  type Problem,
  problemsOf,
  type Source,
} from "../language/bad_file.ts";
import { duration, milliseconds } from "../language/duration.ts";
import { type Objective, readObjective } from "./objective.ts";
import { perSecond, rate } from "./rate.ts";
import { version } from "../language/version.ts";

/** What the prefix of a channel's name says of it. */
export const PREFIXES = {
  public: "",
  private: "private-",
  presence: "presence-",
  encrypted: "private-encrypted-",
} as const;

const count = z.int().min(1);
const word = z.string().regex(/^[a-z][a-z0-9-]*$/, "expected lower case, digits and dashes");
const percent = z.string().regex(/^\d+(\.\d+)?%$/, 'expected a share such as "50%"')
  .transform((text) => Number(text.slice(0, -1)) / 100).pipe(
    z.number().max(1, "expected at most 100%"),
  );
const ms = duration.transform(milliseconds);
const pace = rate.transform(perSecond).pipe(z.number().positive("a rate is above 0"));
const bytes = z.int().min(0).max(1_000_000);

const channels = z.strictObject({
  kind: z.enum(["public", "private", "presence", "encrypted", "lot"]).describe(
    "lot: the application's channel of a lot that it sells, by the application's own name",
  ),
  count: count.max(100_000).default(1),
});

const clients = z.strictObject({
  count: count.max(1_000_000),
  connect: pace.describe("how many are dialed each second, whatever the server does: 500/s"),
  join: word.optional().describe("a name under `channels`; without it, they join nothing"),
  each: count.optional().describe("how many of those channels each client joins; 1 without it"),
  zipf: z.number().positive().max(10).optional().describe(
    "the exponent of Zipf's law: few channels have most of the clients; without it all have as many",
  ),
  whisper: z.strictObject({ rate: pace, bytes }).optional().describe(
    "client events of each client, to the first channel it joined",
  ),
  slow: z.strictObject({ pause: ms, every: ms }).optional().describe(
    "each stops reading, again and again",
  ),
  visits: z.strictObject({ stay: ms, away: ms }).optional().describe("each comes and goes"),
  authorize: z.literal("application").optional().describe(
    "the application signs for the channels, as it does for pages; without it, the load does",
  ),
}).refine((group) => !group.slow || !group.visits, "clients are slow or come and go, not both");

const publisher = z.strictObject({
  event: z.string().min(1).max(200).optional(),
  bid: z.int().min(1).optional().describe(
    "instead of an event: the application is bid at, each time so much higher, and publishes it",
  ),
  to: word.describe("a name under `channels`: events go to its channels in turn"),
  rate: pace.describe("events a second over all of them, whatever the server does"),
  bytes: bytes.optional().describe("the length of an event's data, which says nothing"),
  payload: z.string().optional().describe(
    "instead, a file beside this one with an event's data: what your application sends, with $stamp in one of its texts",
  ),
  batch: z.int().min(1).max(10).optional().describe("events a request, by batch_events"),
});
/** An event of the load's own, by the HTTP API, or one that the application publishes. */
const publishing = publisher.transform(({ event, bid, to, rate, ...more }, context) => {
  const { bytes, payload, batch } = more;
  if (
    event !== undefined && bid === undefined && (bytes === undefined) !== (payload === undefined)
  ) {
    return { event, to, rate, ...more };
  }
  if (bid !== undefined && (event ?? bytes ?? payload ?? batch) === undefined) {
    return { bid, to, rate };
  }
  context.addIssue(
    bid !== undefined
      ? "a bid is the application's event, and takes nothing but `to` and `rate`"
      : event === undefined
      ? "say either event or bid"
      : "say either bytes or payload",
  );
  return z.NEVER;
});

const phase = z.strictObject({
  name: z.string().min(1),
  for: ms,
  rate: z.number().nonnegative().default(1).describe("multiplies every rate; 0 is silence"),
  measured: z.boolean().default(true).describe("false for warm-up"),
  drop: percent.optional().describe("the share of clients cut off as it begins"),
});

export const loadScenarioSchema = z.strictObject({
  version,
  name: word,
  title: z.string().min(1),
  about: z.string().optional().describe("what it is like, for readers"),
  channels: z.record(word, channels).default({}),
  clients: z.record(z.string().regex(/^[a-z][a-z -]*$/), clients).refine(
    (groups) => Object.keys(groups).length > 0,
    "a load needs clients",
  ),
  publish: z.array(publishing).default([]),
  phases: z.array(phase).min(1).max(254),
  reconnect: z.strictObject({ after: ms }).optional()
    .describe("how soon clients come back that lose their connection; without it, they stay away"),
  settle: ms.default(10_000).describe("how long an event may take before it is late"),
  objectives: z.array(z.string()).default([]),
  published: z.strictObject({
    source: z.string(),
    rows: z.array(z.strictObject({ figure: z.string(), value: z.coerce.string() })),
  }).optional().describe("somebody else's figures of the same load, shown beside ours"),
});

type Params = z.output<typeof loadScenarioSchema>;
export type ClientGroup = Params["clients"][string];

/** What the load itself publishes; `template` is what its payload file says. */
export type EventPublishing = Extract<Params["publish"][number], { event: string }> & {
  readonly template?: string;
};
/** What is published: by the load, or by the application when it is bid at. */
export type Publishing = EventPublishing | Extract<Params["publish"][number], { bid: number }>;

export interface LoadScenario extends Omit<Params, "objectives" | "publish"> {
  readonly publish: readonly Publishing[];
  readonly file: string;
  /** The file as it was read, for its hash. */
  readonly text: string;
  readonly objectives: readonly Objective[];
}

/** Parses a load scenario. Throws `BadFile` with every problem found in it. */
export function readLoadScenario(source: Source): LoadScenario {
  const parsed = loadScenarioSchema.safeParse(source.document.toJS());
  if (!parsed.success) throw new BadFile(problemsOf(source, parsed.error, [], knownKeys));
  const file = parsed.data;
  const problems: Problem[] = [];
  const complain = (path: readonly PropertyKey[], message: string) =>
    problems.push({ file: source.file, ...position(source, path), message });

  const names = Object.keys(file.channels);
  const known = (path: readonly PropertyKey[], name: string) => {
    if (names.includes(name)) return true;
    complain(path, `there is no "${name}" under channels.${didYouMean(name, names)}`);
    return false;
  };
  for (const [set, { kind, count }] of Object.entries(file.channels)) {
    if (kind === "lot" && count > 1) {
      complain(["channels", set, "count"], "a lot has one channel; name further lots apart");
    }
  }
  for (
    const [group, { join, each = 1, whisper, zipf, authorize }] of Object.entries(file.clients)
  ) {
    const at = ["clients", group];
    if (authorize && (join === undefined || file.channels[join]?.kind !== "lot")) {
      complain(
        [...at, "authorize"],
        `the application signs for its own channels, and ${group} join no lot`,
      );
    }
    if (join === undefined) {
      if (whisper) complain([...at, "whisper"], `${group} join no channel to whisper on`);
      if (zipf !== undefined) complain([...at, "zipf"], `${group} join no channels to spread over`);
    } else if (known([...at, "join"], join)) {
      const set = file.channels[join];
      if (set && each > set.count) {
        complain([...at, "each"], `each: ${each}, and ${join} has ${set.count} channels`);
      }
      if (set?.kind === "public" && whisper) {
        complain(
          [...at, "whisper"],
          `client events are for private and presence channels, and ${join} are public`,
        );
      }
      if (set?.kind === "lot" && whisper) {
        complain([...at, "whisper"], `on a lot's channel only the application speaks`);
      }
      if (set?.kind === "encrypted" && whisper) {
        complain([...at, "whisper"], `encrypted channels carry no client events`);
      }
    }
  }
  file.publish.forEach((publisher, i) => {
    const { to } = publisher;
    if (!known(["publish", i, "to"], to)) return;
    const isLot = file.channels[to]?.kind === "lot";
    if (isLot && "event" in publisher) {
      complain(
        ["publish", i, "event"],
        `what ${to} tells of, the application publishes: say \`bid\``,
      );
    } else if (!isLot && "bid" in publisher) {
      complain(["publish", i, "bid"], `only a lot is bid on, and ${to} is none`);
    }
  });
  const objectives = file.objectives.flatMap((text, i) => {
    const objective = readObjective(text);
    if (typeof objective !== "string") return [objective];
    complain(["objectives", i], objective);
    return [];
  });
  if (problems.length > 0) throw new BadFile(problems);
  return { ...file, file: source.file, text: source.text, objectives };
}

/** The keys that a mapping of the file may have, for the nearest right word. */
function knownKeys([first, second]: readonly PropertyKey[]): readonly string[] {
  if (first === undefined) return Object.keys(loadScenarioSchema.shape);
  if (first === "clients" && second !== undefined) return Object.keys(clients.shape);
  if (first === "channels") return Object.keys(channels.shape);
  if (first === "publish") return Object.keys(publisher.shape);
  if (first === "phases") return Object.keys(phase.shape);
  return [];
}
