/**
 * Another application than the reference one, for the tests: other paths, form bodies, a CSRF token
 * in a form field, answers in an envelope, other names. What it does is the same, so the same scenarios
 * must hold on it, by its YAML file alone.
 */
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import Pusher from "pusher";

// deno-lint-ignore no-explicit-any -- rows of this small application are whatever was put in
type Row = any;
const STEPS = ["new", "taken", "cooking", "done", "on its way", "arrived"];
const env = (name: string) => Deno.env.get(name) ?? "";
const pusher = new Pusher({
  appId: env("PUSHER_APP_ID"),
  key: env("PUSHER_APP_KEY"),
  secret: env("PUSHER_APP_SECRET"),
  host: env("PUSHER_HOST"),
  port: env("PUSHER_PORT"),
});
const rows = new Map<string, Row>();
const sessions = new Map<string, Row>();
const answers = new Map<string, boolean>();
/** Ids are random text, or counted from 1 as many databases do. */
const newId = () => env("IDS") === "counted" ? rows.size + 1 : crypto.randomUUID();
const add = (row: Row): Row => {
  const made = { ...row, no: newId(), rev: 0 };
  rows.set(String(made.no), made);
  return made;
};
const MOST_TRIES = 100;
let last: Promise<unknown> = Promise.resolve();
/** One after the other, so that they arrive in their order; what was not taken is sent again. */
const tell = (channel: string, event: string, data: Row) => {
  const message = { ref: crypto.randomUUID(), ...data };
  const send = async () => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (await pusher.trigger(channel, event, message).then(() => true, () => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  last = last.then(send);
};
const isMet = ({ offers, top, floor }: Row) => offers > 0 && top >= floor;
const shown = ({ state, top, offers, rev, ...item }: Row) => ({
  item: { state, top, offers, floor_met: isMet({ top, offers, ...item }) },
  rev,
});
const change = (row: Row, more: Row) => Object.assign(row, more, { rev: row.rev + 1 });

function open(item: Row): boolean {
  const auction = rows.get(String(item.auction));
  if (auction.now !== null || item.state !== "waiting") return false;
  tell(`item-${item.no}`, "item:opened", shown(change(item, { state: "open" })));
  const { no } = item;
  tell(`auction-${auction.no}`, "auction:next", { no, rev: change(auction, { now: no }).rev });
  return true;
}
function offer(item: Row, sum: number): boolean {
  const least = item.offers === 0 ? item.start : item.top + item.step;
  if (item.state !== "open" || !(sum >= least) || !Number.isSafeInteger(sum)) return false;
  change(item, { top: sum, offers: item.offers + 1 });
  tell(`item-${item.no}`, "item:offer", shown(item));
  return true;
}
function finish(item: Row): boolean {
  if (item.state !== "open") return false;
  change(item, { state: isMet(item) ? "hammered" : "passed" });
  tell(`item-${item.no}`, "item:over", shown(item));
  const auction = rows.get(String(item.auction));
  auction.now = null;
  const next = auction.items.map((no: Row) => rows.get(String(no)))
    .find(({ state }: Row) => state === "waiting");
  if (next) return open(next);
  tell(`auction-${auction.no}`, "auction:over", { rev: change(auction, {}).rev });
  return true;
}
function move(job: Row, to: string): boolean {
  if (STEPS[STEPS.indexOf(job.step) + 1] !== to) return false;
  tell(`private-job-${job.no}`, "job:moved", { rev: change(job, { step: to }).rev, step: to });
  return true;
}

const app = new Hono<{ Variables: { user: Row } }>();
const ok = (result: Row) => ({ status: "ok", result });
const no = (why: string) => ({ status: "error", error: { why } });
const mine = (job: Row, user: Row) =>
  job && user && !user.blocked && (user.kind === "staff" || String(user.no) === job.owner);

app.get("/health", (c) => c.text("fine"));
app.get("/signin", (c) => {
  const [id, token] = [crypto.randomUUID(), crypto.randomUUID()];
  sessions.set(id, { token });
  setCookie(c, "sid", id);
  return c.html(`<form><input type="hidden" name="_token" value="${token}"></form>`);
});
app.all("/broken", (c) => c.text("oh", 500));
app.all("/busy", (c) => c.text("slow down", 429));
app.all("/silent", () => new Promise<Response>(() => {}));
app.post("/stage/auction", async (c) => {
  const auction = add({ now: null, items: [] });
  for (const row of (await c.req.json()).rows) {
    const item = add({ ...row, auction: auction.no, state: "waiting", top: 0, offers: 0 });
    auction.items.push(item.no);
  }
  return c.json(
    ok({ auction: { ...auction, items: auction.items.map((no: Row) => ({ no })) } }),
  );
});
app.post("/stage/:what", async (c) => {
  const form: Row = await c.req.parseBody();
  if (c.req.param("what") === "block") return c.json(ok(rows.get(form.id).blocked = true));
  return c.json(ok(add({ step: "new", blocked: form.kind === "suspended", ...form })));
});
app.use(async (c, next) => {
  const session = sessions.get(getCookie(c, "sid") ?? "");
  c.set("user", session?.user);
  const form = c.req.method === "POST" ? await c.req.parseBody() : {};
  if (c.req.method === "POST" && form["_token"] !== session?.token) return c.json(no("token"), 400);
  await next();
});
app.post("/signin", async (c) => {
  const { mail, secret }: Row = await c.req.parseBody();
  const user = [...rows.values()].find((row) => row.mail === mail && row.secret === secret);
  if (user === undefined) return c.json(no("unknown"), 401);
  sessions.get(getCookie(c, "sid") ?? "").user = user;
  return c.redirect("/home", 302);
});
app.post("/hear", async (c) => {
  const { channel = "", socket = "" }: Row = await c.req.parseBody();
  const isMine = mine(rows.get(channel.replace("private-job-", "")), c.get("user"));
  if (!isMine || !/^\d+\.\d+$/.test(socket)) return c.json(no("rules"), 403);
  return c.json({ signature: pusher.authorizeChannel(socket, channel) });
});
app.post("/:kind/:no/:verb", async (c) => {
  const [row, user] = [rows.get(c.req.param("no")), c.get("user")];
  const form: Row = await c.req.parseBody();
  const may: Row = { open: "officer", offer: "bidder", move: "staff", close: user?.kind };
  const { verb } = c.req.param();
  if (!user || user.blocked || user.kind !== may[verb]) return c.json(no("who"), 403);
  if (row === undefined) return c.json(no("none"), 404);
  const key = form.once ? `${user.no} ${row.no} ${form.once}` : crypto.randomUUID();
  const acts: Row = { open, offer: () => offer(row, Number(form.sum)), close: finish };
  const act = verb === "move" ? () => move(row, form.to) : acts[verb];
  const isFirst = !answers.has(key);
  if (isFirst) answers.set(key, act(row));
  // A refusal that nobody hears of, and that is remembered by its key all the same.
  if (isFirst && !answers.get(key) && env("REFUSES") === "in silence") await new Promise(() => {});
  return c.json(answers.get(key) ? ok(row) : no("rules"));
});
app.get("/:kind/:no", (c) => {
  const row = rows.get(c.req.param("no"));
  const hidden = c.req.param("kind") === "job" && !mine(row, c.get("user"));
  if (row === undefined || hidden) return c.json(no("none"), 404);
  const { floor: _, owner: __, notes: ___, ...rest } = row;
  return c.json(ok({ ...rest, floor_met: isMet(row) ? 1 : 0, phase: row.now ? "on" : "off" }));
});

Deno.serve({ hostname: env("HOST"), port: Number(env("PORT")), onListen: () => {} }, app.fetch);
