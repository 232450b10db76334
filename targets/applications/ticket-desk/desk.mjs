/**
 * A ticket desk as somebody might write it: plain HTTP, tickets in memory, a bearer token, and events
 * through the HTTP API of any Pusher server. It knows nothing of Plumbline. Runs on Node and Deno.
 *
 * FAULT plants a mistake: `race` (nobody waits for anybody), `leak` (the internal note is broadcast),
 * `lost` (a resolved ticket is told to nobody), `anywhere` (no transition looks where it starts),
 * `anybody` (nobody is asked who he is), `early` (told before it is written), `unversioned` (no version
 * rises), `stale` (what is read is as it was made), `unlogged` (a resolved ticket is in no log),
 * `backwards` (the log has the oldest first), `logged-late` (an entry is told before it is in the log),
 * `hasty` (going on does not keep an agent at the desk), `each-beat` (it is told as coming), `unmissed`
 * (that somebody left is told to nobody), `kept` (he cannot leave by himself), `flood` (figures come too
 * often), `frozen` (they are computed once), `unheard` (they are told when nobody listens), `any-price`
 * (a price need not rise), `keyless` (no key is known again), `unbound` (a key answers another request).
 */
import { createHash, createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Buffer } from "node:buffer";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";

const { env } = process;
const FAULT = env.FAULT ?? "";
const users = new Map();
const tokens = new Map();
const tickets = new Map();
const slots = new Map();
/** What has happened, the oldest first. */
const log = [];

/** Rows are locked while they change, as `SELECT … FOR UPDATE` would. */
const locks = new Map();
async function locked(row, change) {
  // The mistake: read, think, write, and nobody waits for anybody.
  if (FAULT === "race") return await change();
  const before = locks.get(row) ?? Promise.resolve();
  const turn = before.then(change, change);
  locks.set(row, turn.catch(() => {}));
  return await turn;
}
/** What a query to a database takes. */
const query = () => wait(2);

/** Asks the server's HTTP API, and answers with the JSON of it. */
async function ask(method, what, body) {
  const path = `/apps/${env.PUSHER_APP_ID}/${what}`;
  const parameters = [
    `auth_key=${env.PUSHER_APP_KEY}`,
    `auth_timestamp=${Math.floor(Date.now() / 1000)}`,
    "auth_version=1.0",
    ...(body === undefined ? [] : [`body_md5=${createHash("md5").update(body).digest("hex")}`]),
  ].join("&");
  const signature = sign(`${method}\n${path}\n${parameters}`);
  const answer = await fetch(
    `http://${env.PUSHER_HOST}:${env.PUSHER_PORT}${path}?${parameters}&auth_signature=${signature}`,
    { method, headers: { "Content-Type": "application/json" }, body },
  );
  return await answer.json();
}
const broadcast = (channel, name, data) =>
  ask("POST", "events", JSON.stringify({ name, channels: [channel], data: JSON.stringify(data) }));
const sign = (text) => createHmac("sha256", env.PUSHER_APP_SECRET).update(text).digest("hex");

const shown = ({ id, subject, status, version }) => ({ id, subject, status, version });
const seenBy = (user, ticket) =>
  user.role === "agent" ? { ...shown(ticket), note: ticket.note } : shown(ticket);
const isAgent = ({ role }) => FAULT === "anybody" || role === "agent";
const mayRead = (user, ticket) =>
  FAULT === "anybody" || user.role === "agent" || ticket.owner === user.id;

/** Adds an entry, and returns what to tell of it. */
function logged(ticket, what) {
  const entry = { id: randomUUID(), ticket: ticket.id, what };
  const add = () => log.push(entry);
  if (FAULT === "logged-late") void wait(100).then(add);
  else if (FAULT !== "unlogged" || what !== "resolved") add();
  return { entry: entry.id, id: ticket.id, what };
}

const TRANSITIONS = {
  claim: {
    from: "open",
    to: "claimed",
    event: "TicketClaimed",
    may: ({ role }) => role === "agent",
  },
  resolve: {
    from: "claimed",
    to: "resolved",
    event: "TicketResolved",
    may: ({ role }) => role === "agent",
  },
  reopen: {
    from: "resolved",
    to: "open",
    event: "TicketReopened",
    may: (user, ticket) => ticket.owner === user.id,
  },
};

async function move(user, id, { from, to, event, may }, { note }) {
  const ticket = tickets.get(id);
  if (ticket === undefined) return [404, { error: "no such ticket" }];
  if (FAULT !== "anybody" && !may(user, ticket)) return [403, { error: "not yours to do" }];
  return await locked(ticket, async () => {
    const { status, version } = ticket;
    await query();
    if (status !== from && FAULT !== "anywhere") return [409, { error: `it is ${status}` }];
    const write = () => {
      ticket.status = to;
      ticket.note = note ?? ticket.note;
      ticket.version = version + 1;
    };
    if (FAULT !== "early") write();
    const payload = { id, status: to, version: FAULT === "unversioned" ? 1 : version + 1 };
    if (FAULT === "leak") payload.note = ticket.note;
    if (FAULT !== "lost" || event !== "TicketResolved") {
      await broadcast(`private-ticket.${id}`, event, payload);
    }
    await broadcast(`private-ticket.${id}`, "TicketLogged", logged(ticket, to));
    if (FAULT === "early") await wait(100).then(write);
    return [200, { ticket: seenBy(user, ticket) }];
  });
}

async function seat(id, change) {
  const slot = slots.get(id);
  if (slot === undefined) return [404, { error: "no such slot" }];
  return await locked(slot, async () => {
    const left = slot.seats + change;
    await query();
    if (left < 0) return [409, { error: "full" }];
    if (left > slot.size) return [409, { error: "nobody is booked" }];
    slot.seats = left;
    await broadcast(`slot.${id}`, "SlotChanged", { id, seats: slot.seats });
    return [200, { slot: { id, status: "offered", seats: slot.seats } }];
  });
}

/** Agents at the desk, each with what removes him when his time is over. */
const desk = new Map();

async function come({ id }) {
  const known = desk.get(id);
  if (known !== undefined && FAULT === "hasty") return [200, {}];
  clearTimeout(known);
  const later = setTimeout(() => void leave({ id }), 1000 * Number(env.DESK_SECONDS ?? 60));
  desk.set(id, later);
  if (known === undefined || FAULT === "each-beat") await tellOfDesk(id, "here");
  return [200, {}];
}

async function leave({ id }) {
  clearTimeout(desk.get(id));
  if (desk.delete(id) && FAULT !== "unmissed") await tellOfDesk(id, "gone");
  return [200, {}];
}

let tellings = 0;
const tellOfDesk = (agent, is) =>
  broadcast("private-desk", "DeskChanged", { agent, is, version: ++tellings });

/** How many tickets there are, told again and again while an agent looks. */
const figures = { version: 0, open: 0, resolved: 0 };

function compute() {
  if (FAULT === "frozen") return figures;
  const all = [...tickets.values()];
  figures.open = all.filter(({ status }) => status === "open").length;
  figures.resolved = all.filter(({ status }) => status === "resolved").length;
  return figures;
}

async function tellFigures() {
  const { occupied } = await ask("GET", "channels/private-figures");
  if (!occupied && FAULT !== "unheard") return;
  figures.version++;
  await broadcast("private-figures", "FiguresUpdated", compute());
}
const everyMs = 1000 * Number(env.FIGURES_SECONDS ?? 30);
// Where the server is away, the next time it may be there.
setInterval(() => tellFigures().catch(() => {}), FAULT === "flood" ? everyMs / 4 : everyMs);

/** Answers to requests that carried a key, for when they come again. */
const keys = new Map();

async function raise(user, id, { price, key }) {
  const slot = slots.get(id);
  if (slot === undefined) return [404, { error: "no such slot" }];
  if (!isAgent(user)) return [403, { error: "agents raise prices" }];
  return await locked(slot, async () => {
    const known = FAULT === "keyless" ? undefined : keys.get(`${user.id} ${key}`);
    if (known?.price === price || (known && FAULT === "unbound")) return known.answered;
    if (known) return [409, { error: "another request had this key" }];
    const least = slot.price + 5;
    await query();
    if (price < least && FAULT !== "any-price") return [409, { error: `at least ${least}` }];
    slot.price = price;
    const answered = [200, { slot: { id, price } }];
    keys.set(`${user.id} ${key}`, { price, answered });
    return answered;
  });
}

function authorize(user, { socket_id, channel_name }) {
  const id = Number(/^private-ticket\.(\d+)$/.exec(channel_name)?.[1]);
  const ticket = tickets.get(id);
  const mayHear = ["private-desk", "private-figures"].includes(channel_name)
    ? isAgent(user)
    : ticket !== undefined && mayRead(user, ticket);
  if (!mayHear || !/^\d+\.\d+$/.test(socket_id)) return [403, { error: "not for you" }];
  return [200, { auth: `${env.PUSHER_APP_KEY}:${sign(`${socket_id}:${channel_name}`)}` }];
}

async function answer(method, path, user, body) {
  const [, head, idText, action] = path.split("/");
  const id = Number(idText);
  const route = `${method} ${head}`;
  if (route === "GET up") return [200, {}];
  if (route === "POST testing") {
    const made = { ...body, id: users.size + 1 };
    users.set(made.email, made);
    return [201, { id: made.id }];
  }
  if (route === "POST login") {
    const known = users.get(body.email);
    if (known === undefined || known.password !== body.password) return [422, { error: "no" }];
    const token = randomUUID();
    tokens.set(token, known);
    return [200, { token }];
  }
  if (user === undefined) return [401, { error: "log in first" }];
  if (route === "POST broadcasting") return authorize(user, body);
  if (route === "POST tickets" && idText === undefined) {
    if (user.role !== "customer") return [403, { error: "customers ask" }];
    const id = tickets.size + 1;
    const { subject } = body;
    tickets.set(id, { id, subject, note: "", status: "open", version: 0, owner: user.id });
    logged(tickets.get(id), "asked");
    return [201, { ticket: shown(tickets.get(id)) }];
  }
  if (route === "GET tickets" && idText === undefined) {
    const own = [...tickets.values()].filter((one) => mayRead(user, one)).slice(-20);
    return [200, { tickets: own.map((one) => seenBy(user, one)) }];
  }
  if (route === "GET figures") {
    return isAgent(user) ? [200, compute()] : [403, { error: "agents look here" }];
  }
  if (head === "desk") {
    if (!isAgent(user)) return [403, { error: "agents sit here" }];
    if (method === "GET") return [200, { agents: [...desk.keys()] }];
    if (method === "POST") return await come(user);
    return FAULT === "kept" ? [200, {}] : await leave(user);
  }
  if (route === "GET log") {
    const own = log.filter(({ ticket }) => mayRead(user, tickets.get(ticket))).slice(-50);
    return [200, { log: FAULT === "backwards" ? own : own.reverse() }];
  }
  if (route === "GET tickets") {
    const ticket = tickets.get(id);
    if (ticket === undefined) return [404, { error: "no such ticket" }];
    const read = FAULT === "stale" ? { ...ticket, status: "open" } : ticket;
    return mayRead(user, ticket)
      ? [200, { ticket: seenBy(user, read) }]
      : [403, { error: "not yours" }];
  }
  const transition = Object.hasOwn(TRANSITIONS, action ?? "") ? TRANSITIONS[action] : undefined;
  if (route === "POST tickets" && transition) return await move(user, id, transition, body);
  if (route === "POST slots" && idText === undefined) {
    if (user.role !== "agent") return [403, { error: "agents open slots" }];
    const id = slots.size + 1;
    slots.set(id, { id, size: body.seats, seats: body.seats, price: 0 });
    return [201, { slot: { id } }];
  }
  if (route === "GET slots" && slots.has(id)) {
    const { seats, price } = slots.get(id);
    return [200, { slot: { id, status: "offered", seats, price } }];
  }
  if (route === "POST slots" && action === "raise") return await raise(user, id, body);
  if (route === "POST slots" && action === "book") return await seat(id, -1);
  if (route === "POST slots" && action === "cancel") return await seat(id, 1);
  return [404, { error: "nothing here" }];
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = String(Buffer.concat(chunks));
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  let answered;
  try {
    const body = text === "" ? {} : JSON.parse(text);
    answered = await answer(request.method, request.url, tokens.get(token), body);
  } catch (error) {
    answered = error instanceof SyntaxError ? [400, { error: "no JSON" }] : [500, {}];
  }
  response.writeHead(answered[0], { "Content-Type": "application/json" });
  response.end(JSON.stringify(answered[1]));
}).listen(Number(env.PORT), env.HOST);
