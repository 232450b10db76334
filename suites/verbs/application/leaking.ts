/** What people got to see of an application, and what they must not have seen. */
import { z } from "zod";
import { valueAt } from "../../application/answers.ts";
import { EVENT_NAMES } from "../../application/application.ts";
import type { Client } from "../../engine/client.ts";
import type { Evidence } from "../../engine/evidence.ts";
import { frameOf, isFrame, isOf, quote } from "../../engine/frames.ts";
import type { Story } from "../../engine/story.ts";
import {
  broken,
  clientVerb,
  done,
  fails,
  type Finding,
  holds,
  type Outcome,
  storyVerb,
  untestable,
  type Verb,
  type View,
} from "../../language/verb.ts";
import { type Canary, SECRETS, whyNotTelling } from "../../leaks/canary.ts";
import { internalsIn } from "../../leaks/internals.ts";
import { searchFor } from "../../leaks/search.ts";
import { subscribeTo } from "../../application/subscribe.ts";
import { isRecord } from "../../wire/frame.ts";

const hides = z.strictObject({
  hides: z.string().describe("what it is, in words"),
  kind: z.enum(SECRETS),
  text: z.string().optional(),
  amount: z.number().int().optional().describe("money in the smallest unit"),
  from: z.array(z.string()).min(1).describe("clients and groups who must not have seen it"),
});
const hidesItsInside = z.strictObject({
  hidesItsInside: z.array(z.string()).min(1).describe("from these clients and groups"),
});
const keepsToFields = z.strictObject({
  keepsToFields: z.array(z.string()).min(1).describe("in all that these have received"),
});
const hears = z.strictObject({
  hears: z.enum(EVENT_NAMES),
  of: z.string().describe("the id of the lot, sale or order"),
  nobodyOf: z.array(z.string()).min(1).describe("clients and groups"),
  witness: z.string().describe("a client who did hear of it"),
});
const aliasesDiffer = z.strictObject({
  aliasesDiffer: z.array(z.string()).min(2).describe("lots one bidder has bid on"),
  in: z.string().describe("the client who has followed them"),
});
const triesEverything = z.strictObject({
  triesEverything: z.strictObject({
    lot: z.string(),
    sale: z.string(),
    order: z.string(),
    user: z.string().describe("somebody else's id"),
  }),
});

/** One thing somebody received, as text. */
interface Received {
  readonly text: string;
  readonly seq: number;
  readonly where: string;
}

/** Everything that came to somebody: frames, answers with their headers, what refused a handshake. */
function receivedBy(who: string, events: readonly Evidence[]): Received[] {
  const own = new Set<number>();
  return events.flatMap((event): Received[] => {
    if (event.kind === "request" && event.lane === `${who}@application`) own.add(event.exchange);
    if (event.kind === "response" && own.has(event.exchange)) {
      const headers = Object.entries(event.headers).map(([name, value]) => `${name}: ${value}`);
      const text = [...headers, "", event.body].join("\n");
      return [{ text, seq: event.seq, where: "an answer" }];
    }
    if (!isOf(who, event)) return [];
    if (event.kind === "received" && event.text !== undefined) {
      return [{ text: event.text, seq: event.seq, where: "a frame" }];
    }
    return event.kind === "upgrade-refused"
      ? [{ text: event.body, seq: event.seq, where: "a refused handshake" }]
      : [];
  });
}

const membersOf = (names: readonly string[], story: Story) =>
  names.flatMap((name) => story.clients(name).map((client) => client.name));

interface Hidden {
  readonly observers: readonly string[];
}

function judgeHidden(told: z.output<typeof hides>, view: View): Finding {
  const { observers } = view.ended.facts as unknown as Hidden; // as `run` wrote it
  const canary: Canary = told.amount === undefined
    ? { kind: told.kind, label: told.hides, text: told.text ?? "" }
    : { kind: told.kind, label: told.hides, amount: told.amount };
  const vague = whyNotTelling(canary);
  if (vague !== undefined) return untestable(`${told.hides} cannot be looked for: ${vague}`);
  const search = searchFor([canary]);
  // What the application was never told it cannot give away.
  const isInside = view.events.some((event) =>
    (event.kind === "request" && search(event.body).found.length > 0) ||
    (event.kind === "response" && search(event.body).found.length > 0)
  );
  if (!isInside) return untestable(`${told.hides} is nowhere in what was told to the application`);
  let looked = 0;
  for (const who of observers) {
    const received = receivedBy(who, view.events);
    if (received.length === 0) return untestable(`${who} received nothing`);
    for (const { text, seq, where } of received) {
      looked++;
      const { found, complete } = search(text);
      if (found.length > 0) {
        return fails(`${who} was shown ${told.hides} in ${where}: ${around(text)}`, [seq]);
      }
      if (!complete) {
        return untestable(`${where} to ${who} was wrapped so often that not all was read`, [seq]);
      }
    }
  }
  return holds(
    `${told.hides} is in none of the ${looked} frames and answers that ${
      observers.join(", ")
    } received`,
  );
}

const around = (text: string) => text.length > 400 ? `${text.slice(0, 400)}…` : text;

function judgeInside(view: View): Finding {
  const { observers } = view.ended.facts as unknown as Hidden; // as `run` wrote it
  let looked = 0;
  for (const who of observers) {
    for (const { text, seq, where } of receivedBy(who, view.events)) {
      looked++;
      const [internal] = internalsIn(text);
      if (internal !== undefined) {
        return fails(`${who} was shown ${internal.what} in ${where}: ${internal.quote}`, [seq]);
      }
    }
  }
  return looked === 0
    ? untestable(`${observers.join(", ")} received nothing`)
    : holds(`${looked} frames and answers show nothing of its inside`);
}

interface Shape {
  readonly allowed: readonly string[];
  readonly budgetBytes: number;
}
interface Fields extends Hidden {
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Every path of a payload, lists by their items' paths. */
function pathsOf(value: unknown, prefix = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${prefix}*.`));
  if (!isRecord(value)) return [prefix.replace(/\.$/, "")];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, `${prefix}${key}.`));
}

function judgeFields(view: View): Finding {
  const { observers, shapes } = view.ended.facts as unknown as Fields; // as `run` wrote it
  const seen = new Map<string, Set<string>>();
  for (const event of view.events) {
    const who = observers.find((who) => isOf(who, event));
    const frame = event.kind === "received" && who !== undefined ? frameOf(event) : undefined;
    const shape = frame && shapes[frame.event];
    if (frame === undefined || shape === undefined) continue;
    const paths = pathsOf(frame.decoded);
    const extra = paths.find((path) => !shape.allowed.includes(path));
    if (extra !== undefined) {
      return fails(`${frame.event} carries "${extra}", which its list does not allow`, [event.seq]);
    }
    const data = frame.fields["data"];
    const bytes = new TextEncoder().encode(typeof data === "string" ? data : "").length;
    if (bytes > shape.budgetBytes) {
      return fails(
        `${frame.event} is ${bytes} bytes, and its budget is ${shape.budgetBytes}`,
        [event.seq],
      );
    }
    const key = `${who} ${frame.event}`;
    seen.set(key, new Set([...seen.get(key) ?? [], ...paths]));
  }
  if (seen.size === 0) return untestable(`${observers.join(", ")} received no event`);
  const covered = [...seen].map(([key, paths]) => `${key}: ${[...paths].join(", ")}`);
  const uncovered = observers.flatMap((who) =>
    Object.keys(shapes).filter((event) => !seen.has(`${who} ${event}`)).map((e) => `${who} ${e}`)
  );
  return holds(
    `observer, event, fields — ${covered.join("; ")}${
      uncovered.length === 0 ? "" : `; not seen: ${uncovered.join(", ")}`
    }`,
  );
}

/** Asks for everything an outsider could think of, rightly and wrongly; only what comes back matters. */
async function tryEverything(
  { triesEverything: { lot, sale, order, user } }: z.output<typeof triesEverything>,
  client: Client,
  story: Story,
): Promise<Outcome> {
  const visitor = story.visitor(client.name);
  const odd = ["0", "'\"; --", "%00", "../../etc/passwd", "x".repeat(300)];
  for (const one of [lot, ...odd]) {
    await visitor.perform("readLot", { lot: one });
    await visitor.perform("placeBid", { lot: one, amount: 1 });
    await visitor.perform("closeLot", { lot: one === lot ? "none" : one });
  }
  for (const amount of [-1, 0, 1.5, 2 ** 53, NaN]) {
    await visitor.perform("placeBid", { lot, amount });
  }
  for (const one of [sale, ...odd]) await visitor.perform("readSale", { sale: one });
  for (const one of [order, ...odd]) {
    await visitor.perform("readOrder", { order: one });
    await visitor.perform("transitionOrder", { order: one, to: "delivered" });
  }
  await visitor.perform("logIn", { email: "nobody@people.example", password: "not a password" });
  const { broadcasts } = story.application;
  const guesses = [
    broadcasts.channelOf("order", order),
    ...["private-users", "private-App.Models.User"].map((prefix) => `${prefix}.${user}`),
    ...["private-auction", "presence-auction", "auction"].map((prefix) => `${prefix}.${lot}`),
    ...["private-admin", "private-admin.dashboard", "presence-online", "private-*"],
  ];
  // Where it is let in, it listens from now on.
  for (const channel of guesses) await subscribeTo(channel, client, story);
  return done();
}

export const LEAKING: readonly Verb[] = [
  storyVerb({
    name: "hides",
    summary:
      "None of these has seen it, in any frame or answer, however it was encoded; somebody told it to the application.",
    schema: hides,
    run: ({ from }, story) => done([], { observers: membersOf(from, story) }),
    judge: (told, view) => judgeHidden(told, view),
  }),
  storyVerb({
    name: "hidesItsInside",
    summary:
      "None of these has seen SQL, a stack trace, a path of its source or a stored password.",
    schema: hidesItsInside,
    run: ({ hidesItsInside: from }, story) => done([], { observers: membersOf(from, story) }),
    judge: (_told, view) => judgeInside(view),
  }),
  storyVerb({
    name: "keepsToFields",
    summary:
      "Every event of the application that these received has only the fields its file allows, and keeps to its budget.",
    schema: keepsToFields,
    run: ({ keepsToFields: from }, story) => {
      const shapes = Object.fromEntries(
        Object.values(story.application.broadcasts.events)
          .map(({ name, allowed, budgetBytes }) => [name, { allowed, budgetBytes }]),
      );
      return done([], { observers: membersOf(from, story), shapes });
    },
    judge: (_told, view) => judgeFields(view),
  }),
  storyVerb({
    name: "hears",
    summary: "Nobody of these hears of it, though the witness does.",
    schema: hears,
    run: ({ hears: name, of, nobodyOf }, story) => {
      const { broadcasts } = story.application;
      const shape = broadcasts.events[name];
      if (shape === undefined) return broken(`the application file does not describe ${name}`);
      const observers = membersOf(nobodyOf, story);
      return done([], {
        observers,
        event: shape.name,
        channel: broadcasts.channelOf(shape.of, of),
      });
    },
    judge: ({ witness }, view) => {
      const { observers, event: wire, channel } = view.ended.facts as unknown as Hidden & {
        event: string;
        channel: string;
      }; // as `run` wrote it
      const heard = (who: string) =>
        view.events.find((event) => isOf(who, event) && isFrame(event, { event: wire, channel }));
      const seen = heard(witness);
      if (seen === undefined) return untestable(`${witness} did not hear of ${wire} either`);
      const who = observers.find((one) => heard(one) !== undefined);
      const leaked = who === undefined ? undefined : heard(who);
      return leaked === undefined
        ? holds(`${witness} heard of ${wire}, and none of ${observers.join(", ")} did`, [seen.seq])
        : fails(`${who} heard of ${wire} on ${channel}: ${quote(leaked)}`, [leaked.seq]);
    },
  }),
  storyVerb({
    name: "aliasesDiffer",
    summary: "What one lot calls its bidders tells nothing about who bids on another.",
    schema: aliasesDiffer,
    run: ({ aliasesDiffer: lots, in: name }, story) => {
      const { broadcasts } = story.application;
      const bid = broadcasts.events.BidPlaced;
      if (bid?.read.bidder === undefined) {
        return broken("the application file does not say where BidPlaced has its bidder");
      }
      const channels = lots.map((lot) => broadcasts.channelOf("lot", lot));
      return done([], { channels, event: bid.name, path: bid.read.bidder, who: name });
    },
    judge: (_told, view) => {
      const { channels, event: wire, path, who } = view.ended.facts as unknown as {
        channels: string[];
        event: string;
        path: string;
        who: string;
      }; // as `run` wrote it
      const aliases = channels.map((channel) =>
        new Set(view.events.flatMap((event) => {
          const frame = isOf(who, event) && event.kind === "received" ? frameOf(event) : undefined;
          return frame?.event === wire && frame.channel === channel
            ? [String(valueAt(frame.decoded, path))]
            : [];
        }))
      );
      const empty = aliases.findIndex((set) => set.size === 0);
      if (empty >= 0) return untestable(`no bid was told of on ${channels[empty]}`);
      const twice = [...aliases[0] ?? []].find((alias) =>
        aliases.slice(1).some((others) => others.has(alias))
      );
      return twice === undefined
        ? holds(aliases.map((set) => [...set].join(", ")).join(" against "))
        : fails(`the bidder is called "${twice}" on each of ${channels.join(", ")}`);
    },
  }),
  clientVerb({
    name: "triesEverything",
    summary:
      "Asks the application for everything an outsider could think of, well-formed and not, and listens wherever it is let in.",
    schema: triesEverything,
    run: tryEverything,
  }),
];
