/**
 * Another application than the reference one, for the tests: other paths, form bodies, a CSRF token
 * in a form field, answers in an envelope, other names for events and statuses. What it does is the
 * same, so the same stories must hold on it, by its YAML file alone.
 */
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import Pusher from "pusher";

type User = { id: string; kind: string; mail: string; secret: string; blocked: boolean };
type Item = {
  no: string;
  auction: string;
  state: "waiting" | "open" | "hammered" | "passed";
  start: number;
  step: number;
  floor: number;
  top: number;
  offers: number;
  rev: number;
};
type Job = { no: string; owner: string; step: number; rev: number };

const STEPS = ["new", "taken", "cooking", "done", "on its way", "arrived"];
const env = (name: string) => Deno.env.get(name) ?? "";
const pusher = new Pusher({
  appId: env("PUSHER_APP_ID"),
  key: env("PUSHER_APP_KEY"),
  secret: env("PUSHER_APP_SECRET"),
  host: env("PUSHER_HOST"),
  port: env("PUSHER_PORT"),
  useTLS: false,
});
const users = new Map<string, User>();
const items = new Map<string, Item>();
const auctions = new Map<string, { items: string[]; now: string | null; rev: number }>();
const jobs = new Map<string, Job>();
const sessions = new Map<string, { token: string; user?: User }>();
const done = new Map<string, unknown>();
let last: Promise<unknown> = Promise.resolve();

/** One after the other, so that they arrive in their order. */
const tell = (channel: string, event: string, data: unknown) =>
  void (last = last.then(() => pusher.trigger(channel, event, data)).catch(() => {}));
const tellItem = (event: string, item: Item) =>
  tell(`item-${item.no}`, event, {
    ref: crypto.randomUUID(),
    item: { state: item.state, top: item.top, offers: item.offers, floor_met: isMet(item) },
    rev: item.rev,
  });
const isMet = (item: Item) => item.offers > 0 && item.top >= item.floor;

const app = new Hono<{ Variables: { user: User | undefined } }>();
const ok = (result: unknown) => ({ status: "ok", result });
const no = (why: string) => ({ status: "error", error: { why } });

app.get("/health", (c) => c.text("fine"));
app.get("/signin", (c) => {
  const [id, token] = [crypto.randomUUID(), crypto.randomUUID()];
  sessions.set(id, { token });
  setCookie(c, "sid", id);
  return c.html(`<form><input type="hidden" name="_token" value="${token}"></form>`);
});
app.use(async (c, next) => {
  const session = sessions.get(getCookie(c, "sid") ?? "");
  c.set("user", session?.user);
  if (c.req.method === "POST" && !c.req.path.startsWith("/stage/")) {
    const form = await c.req.parseBody();
    if (session === undefined || form["_token"] !== session.token) return c.json(no("token"), 400);
  }
  await next();
});
app.post("/signin", async (c) => {
  const { mail, secret } = await c.req.parseBody();
  const user = [...users.values()].find((one) => one.mail === mail && one.secret === secret);
  if (user === undefined) return c.json(no("unknown"), 401);
  const session = sessions.get(getCookie(c, "sid") ?? "");
  if (session) session.user = user;
  return c.redirect("/home", 302);
});
app.post("/stage/user", async (c) => {
  const { kind, mail, secret } = await c.req.parseBody<Record<string, string>>();
  const user = { id: crypto.randomUUID(), kind, mail, secret, blocked: kind === "suspended" };
  users.set(user.id, user as User);
  return c.json(ok({ user: { id: user.id } }));
});
app.post("/stage/block", async (c) => {
  const user = users.get(String((await c.req.parseBody())["id"]));
  if (user) user.blocked = true;
  return c.json(ok({}));
});
app.post("/stage/auction", async (c) => {
  const { rows } = await c.req.json<{ rows: { start: number; step: number; floor: number }[] }>();
  const auction = crypto.randomUUID();
  const made = rows.map((row): Item => ({
    ...row,
    no: crypto.randomUUID(),
    auction,
    state: "waiting",
    top: 0,
    offers: 0,
    rev: 0,
  }));
  for (const item of made) items.set(item.no, item);
  auctions.set(auction, { items: made.map(({ no }) => no), now: null, rev: 0 });
  return c.json(ok({ auction: { id: auction, items: made.map(({ no }) => ({ no })) } }));
});
app.post("/stage/job", async (c) => {
  const job = {
    no: crypto.randomUUID(),
    owner: String((await c.req.parseBody())["owner"]),
    step: 0,
    rev: 0,
  };
  jobs.set(job.no, job);
  return c.json(ok({ job }));
});

function open(item: Item): boolean {
  const auction = auctions.get(item.auction);
  if (!auction || auction.now !== null || item.state !== "waiting") return false;
  Object.assign(item, { state: "open", rev: item.rev + 1 });
  Object.assign(auction, { now: item.no, rev: auction.rev + 1 });
  tellItem("item:opened", item);
  tell(`auction-${item.auction}`, "auction:next", {
    ref: crypto.randomUUID(),
    no: item.no,
    rev: auction.rev,
  });
  return true;
}
app.post("/item/:no/:verb", async (c) => {
  const item = items.get(c.req.param("no"));
  const user = c.get("user");
  const form = await c.req.parseBody();
  if (user === undefined || user.blocked) return c.json(no("who"), 403);
  if (item === undefined) return c.json(no("none"), 404);
  const act = (): unknown => {
    if (c.req.param("verb") === "open") return user.kind === "officer" && open(item);
    if (c.req.param("verb") === "offer") {
      const least = item.offers === 0 ? item.start : item.top + item.step;
      const sum = Number(form["sum"]);
      if (user.kind !== "bidder" || item.state !== "open" || !(sum >= least)) return false;
      Object.assign(item, { top: sum, offers: item.offers + 1, rev: item.rev + 1 });
      return tellItem("item:offer", item), true;
    }
    if (item.state !== "open") return false;
    Object.assign(item, { state: isMet(item) ? "hammered" : "passed", rev: item.rev + 1 });
    tellItem("item:over", item);
    const auction = auctions.get(item.auction)!; // every item has one
    auction.now = null;
    const next = auction.items.map((no) => items.get(no)!).find(({ state }) => state === "waiting");
    if (next) open(next);
    else {tell(`auction-${item.auction}`, "auction:over", {
        ref: crypto.randomUUID(),
        rev: ++auction.rev,
      });}
    return true;
  };
  const key = form["once"] ? `${user.id} ${item.no} ${form["once"]}` : undefined;
  const agreed = key !== undefined && done.has(key) ? done.get(key) : act();
  if (key !== undefined) done.set(key, agreed);
  return agreed ? c.json(ok({ item })) : c.json(no("rules"));
});
app.get("/item/:no", (c) => {
  const item = items.get(c.req.param("no"));
  return item
    ? c.json(ok({ item: { ...item, floor: undefined, floor_met: isMet(item) ? 1 : 0 } }))
    : c.json(no("none"), 404);
});
app.get("/auction/:id", (c) => {
  const auction = auctions.get(c.req.param("id"));
  return auction
    ? c.json(ok({ auction: { ...auction, phase: auction.now ? "on" : "off" } }))
    : c.json(no("none"), 404);
});
app.post("/job/:no", async (c) => {
  const [job, user] = [jobs.get(c.req.param("no")), c.get("user")];
  const form = await c.req.parseBody();
  if (user?.kind !== "staff" || job === undefined) return c.json(no("who"), 403);
  const key = form["once"] ? `${user.id} ${job.no} ${form["once"]}` : undefined;
  if (key !== undefined && done.has(key)) return c.json(ok({ job }));
  if (STEPS[job.step + 1] !== form["to"]) return c.json(no("rules"));
  Object.assign(job, { step: job.step + 1, rev: job.rev + 1 });
  if (key !== undefined) done.set(key, true);
  tell(`private-job-${job.no}`, "job:moved", {
    ref: crypto.randomUUID(),
    step: STEPS[job.step],
    rev: job.rev,
  });
  return c.json(ok({ job }));
});
const mine = (job: Job | undefined, user: User | undefined) =>
  job !== undefined && user !== undefined && !user.blocked &&
  (user.kind === "staff" || user.id === job.owner);
app.get("/job/:no", (c) => {
  const job = jobs.get(c.req.param("no"));
  return job && mine(job, c.get("user"))
    ? c.json(ok({ job: { rev: job.rev, step: STEPS[job.step] } }))
    : c.json(no("none"), 404);
});
app.post("/hear", async (c) => {
  const { channel = "", socket = "" } = await c.req.parseBody<Record<string, string>>();
  const job = jobs.get(channel.replace("private-job-", ""));
  if (!mine(job, c.get("user")) || !/^\d+\.\d+$/.test(socket)) return c.json(no("rules"), 403);
  return c.json({ signature: pusher.authorizeChannel(socket, channel) });
});

Deno.serve({ hostname: env("HOST"), port: Number(env("PORT")), onListen: () => {} }, app.fetch);
