/**
 * Nodes that are wrong in one way each: what one says to the others through Redis, or hears from
 * there, is not what it should be. All nodes of a cluster are wrong in the same way.
 */
import type { Buffer } from "node:buffer";
import type { Arguments } from "../membership.ts";
import type { Line } from "../line.ts";
import { type News, readNews, writeNews } from "../news.ts";

/** What a node that is right would use, as one that is wrong uses it. */
type Wrong = (line: Line) => Line;

type Said = (news: News, frame: Buffer, again: () => Promise<void>) => Promise<void>;

/** Publishes otherwise: `again` is the publication as it should be. */
const saying = (change: (line: Line, prefix: string) => Said): Wrong => (line) => ({
  ...line,
  async publish(prefix, bytes) {
    const { news, frame } = readNews(bytes);
    await change(line, prefix)(news, frame, () => line.publish(prefix, bytes));
  },
});

/** Hears otherwise: only news that `keeps` lets through. */
const hearing = (keeps: (news: News) => boolean): Wrong => (line) => ({
  ...line,
  listen: (channel, hear) =>
    line.listen(channel, (bytes) => {
      if (keeps(readNews(bytes).news)) hear(bytes);
    }),
});

/** Runs operations otherwise: `[op, node, hooks, delay, counts, ...args]`. */
const running =
  (change: (line: Line, prefix: string, args: Arguments) => Promise<unknown>): Wrong => (line) => ({
    ...line,
    run: (prefix, args) => change(line, prefix, args),
  });

/** Where a node keeps what it should share. */
const own = (line: Line, prefix: string) => `${prefix}${line.inbox}`;
const opOf = (args: Arguments) => String(args[0]);
const isLease = (args: Arguments) => opOf(args) === "join" || opOf(args) === "beat";
const A_DAY = "86400000";
/** Longer than a busy machine keeps a node waiting. */
const FREEZE_MS = 5000;
const READS = new Set(["channels", "count", "users"]);
/** Of an operation that asks: where its inbox is among its own arguments. */
const INBOX: Readonly<Record<string, number>> = { enter: 6, online: 2 };
const OWN_ARGUMENTS = 5;
const STATED_BEFORE = 9;

export const BREAKS: Readonly<Record<string, Wrong>> = {
  /** Delivers what is published on it to its own clients, and tells no other node. */
  "forgets-to-tell": (line) => {
    const listeners = new Map<string, (news: Buffer) => void>();
    return {
      ...line,
      listen(channel, hear) {
        listeners.set(channel, hear);
        line.listen(channel, hear);
      },
      async publish(prefix, bytes) {
        if (readNews(bytes).news[0] === "event") listeners.get(prefix)?.(bytes);
        else await line.publish(prefix, bytes);
      },
    };
  },
  /** Tells the others each event twice. */
  "tells-twice": saying(() => async (_news, _frame, again) => {
    await again();
    await again();
  }),
  /** Answers at once, and tells the others of every third event a little later. */
  "tells-late": (() => {
    let events = 0;
    return saying(() => async (_news, _frame, again) => {
      if (events++ % 3 === 0) setTimeout(again, 30);
      else await again();
    });
  })(),
  /** Delivers an event also to the connection that was to be left out. */
  "forgets-exclusion": saying((line, prefix) => async (news, frame, again) => {
    if (news[0] !== "event") return await again();
    await line.publish(prefix, writeNews(["event", news[1], ""], frame));
  }),
  /** Tells the nodes of one app what was published for another. */
  "crosses-apps": (line) => {
    const prefixes = new Set<string>();
    return {
      ...line,
      listen(channel, hear) {
        if (!channel.startsWith(line.inbox)) prefixes.add(channel);
        line.listen(channel, hear);
      },
      async publish(_prefix, news) {
        for (const prefix of prefixes) await line.publish(prefix, news);
      },
    };
  },
  /** Ends the connections of a user on the node that was asked, and on no other. */
  "terminates-nobody-elsewhere": hearing((news) => news[0] !== "terminate"),
  /** Does not tell its members who came to another node. */
  "forgets-who-comes": hearing((news) => news[0] !== "added"),
  /** Does not tell its members who left another node. */
  "forgets-who-goes": hearing((news) => news[0] !== "removed"),
  /** Shows those who come nobody but themselves and who is on this node. */
  "shows-itself-only": (line) => ({
    ...line,
    listen: (channel, hear) =>
      line.listen(channel, (bytes) => {
        const { news } = readNews(bytes);
        const [kind, question, members, ...others] = news;
        const isSnapshot = kind === "answer" && Array.isArray(members) && others.length > 0;
        hear(isSnapshot ? writeNews(["answer", String(question), [], ...others]) : bytes);
      }),
  }),
  /** Does not tell who watches that somebody came online on another node. */
  "forgets-who-is-online": hearing((news) => news[0] !== "online"),
  /** Does not tell how many subscribe now. */
  "forgets-counts": hearing((news) => news[0] !== "count"),
  /** Tells everybody that a user has gone when his tab on one node is closed. */
  "forgets-tabs-elsewhere": running(async (line, prefix, args) => {
    const [channel = "", , user = ""] = args.slice(OWN_ARGUMENTS).map(String);
    if (opOf(args) === "leave" && user !== "") {
      await line.publish(prefix, writeNews(["removed", channel, user, ""]));
    }
    return await line.run(prefix, args);
  }),
  /** Keeps who is subscribed and present to itself. */
  "keeps-members-to-itself": (line) => ({
    ...line,
    run: (prefix, args) => line.run(own(line, prefix), args),
    listen(channel, hear) {
      line.listen(channel, hear);
      if (!channel.startsWith(line.inbox)) line.listen(own(line, channel), hear);
    },
  }),
  /** Answers the API with what is on itself. */
  "counts-itself-only": running(async (line, prefix, args) => {
    const op = opOf(args);
    if (READS.has(op)) return await line.run(own(line, prefix), args);
    const at = INBOX[op];
    const mine = args.slice(OWN_ARGUMENTS).map((one, n) => n === at ? "" : one);
    await line.run(own(line, prefix), [...args.slice(0, OWN_ARGUMENTS), ...mine]);
    return await line.run(prefix, args);
  }),
  /** Counts the connections of an app on itself only. */
  "quota-of-its-own": running(async (line, prefix, args) => {
    const mine = own(line, prefix);
    if (opOf(args) === "slots") return await line.run(mine, args);
    if (isLease(args)) await line.run(mine, args);
    return await line.run(prefix, args);
  }),
  /** Never takes another node for dead. */
  "keeps-ghosts": running((line, prefix, args) =>
    line.run(prefix, isLease(args) ? [...args.slice(0, OWN_ARGUMENTS), A_DAY] : args)
  ),
  /** Keeps the last event of a cache channel while it lives itself. */
  "takes-cache-along": running((line, prefix, args) => {
    if (opOf(args) !== "remember") return line.run(prefix, args);
    const [channel = "", event = "", , news = ""] = args.slice(OWN_ARGUMENTS);
    const remember = (told: string | Buffer) =>
      line.run(prefix, [...args.slice(0, OWN_ARGUMENTS), channel, event, "500", told]);
    setInterval(() => void remember(writeNews(["webhooks"])), 100); // news that changes nothing
    return remember(news);
  }),
  /** Sends each webhook twice. */
  "tells-webhooks-twice": (() => {
    const told = new Set<string>();
    return running(async (line, prefix, args) => {
      const taken = await line.run(prefix, args);
      if (opOf(args) !== "take" || !Array.isArray(taken)) return taken;
      const fresh = taken.map(String).filter((event) => !told.has(event));
      for (const event of fresh) told.add(event);
      return [...taken, ...fresh];
    });
  })(),
  /** Does not state its members anew, once it was taken for dead or cut off. */
  "drops-its-own": running((line, prefix, args) =>
    // What is stated anew names the node that stated it before, in an argument more.
    opOf(args) === "enter" && args[OWN_ARGUMENTS + STATED_BEFORE] !== undefined
      ? Promise.resolve()
      : line.run(prefix, args)
  ),
  /** Hears nothing any more once it was frozen. */
  "deaf-after-a-freeze": (line) => {
    let last = performance.now();
    let wasFrozen = false;
    setInterval(() => {
      const now = performance.now();
      wasFrozen ||= now - last > FREEZE_MS;
      last = now;
    }, 100);
    return hearing(() => !wasFrozen)(line);
  },
  /** Hears nothing any more once its Redis has been away. */
  "deaf-after-a-restart": (line) => {
    let ups = 0;
    line.whenUp(() => ups += 1);
    return hearing(() => ups < 2)(line);
  },
};
