// A dispatcher of deliveries. Node 20, built-ins only. FAULT is empty, race, leak or lost.
import http from "node:http";
import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";

const env = process.env;
const HOST = env.HOST ?? "127.0.0.1", PORT = Number(env.PORT ?? 8102), FAULT = env.FAULT ?? "";
const app = { id: env.PUSHER_APP_ID, key: env.PUSHER_APP_KEY, secret: env.PUSHER_APP_SECRET };
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const users = new Map(), byEmail = new Map(), tokens = new Map(), deliveries = new Map();
let lastUser = 0, lastDelivery = 0, told = 0;

const hmac = (text) => createHmac("sha256", app.secret).update(text).digest("hex");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function publish(channel, name, data) {
  const body = JSON.stringify({ name, channel, data: JSON.stringify(data) });
  const path = `/apps/${app.id}/events`;
  const query =
    `auth_key=${app.key}&auth_timestamp=${Math.floor(Date.now() / 1000)}&auth_version=1.0` +
    `&body_md5=${createHash("md5").update(body).digest("hex")}`;
  const url = `${path}?${query}&auth_signature=${hmac(`POST\n${path}\n${query}`)}`;
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: env.PUSHER_HOST,
      port: env.PUSHER_PORT,
      method: "POST",
      path: url,
      agent,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    }, (answer) => {
      answer.resume();
      answer.on(
        "end",
        () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${answer.statusCode}`)),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

// One event after the other, in the order of the changes; what fails is sent again with the same id.
let outbox = Promise.resolve();
function tell(channel, name, data) {
  const at = Date.now();
  if (FAULT === "lostcreate" && name === "delivery.created") return;
  outbox = outbox.then(async () => {
    for (let attempt = 0; attempt < 50; attempt++) {
      try {
        if (FAULT === "late") await pause(Math.max(0, at + 2000 - Date.now()));
        if (FAULT === "twice") {
          await publish(channel, name, { eventId: randomUUIDOf(data), ...data });
        }
        return await publish(channel, name, { eventId: randomUUIDOf(data), ...data });
      } catch (error) {
        console.error("publish:", error.message);
        await pause(100);
      }
    }
  });
}
const ids = new WeakMap();
const randomUUIDOf = (data) => ids.get(data) ?? (ids.set(data, randomUUID()), ids.get(data));

class Refused extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const steps = {
  "accept": { from: ["waiting"], to: "assigned", may: (u) => u.role === "courier" },
  "pick-up": { from: ["assigned"], to: "underway", may: (u) => u.role === "courier", theirs: true },
  "deliver": {
    from: ["underway"],
    to: "delivered",
    may: (u) => u.role === "courier",
    theirs: true,
  },
  "cancel": {
    from: ["waiting", "assigned"],
    to: "cancelled",
    may: (u, d) => u.role === "dispatcher" || d.shop === u.id,
    again: true,
  },
};
const mayRead = (user, delivery) => user.role !== "shop" || delivery.shop === user.id;
const seesSecrets = (user, delivery) => user.role === "dispatcher" || delivery.shop === user.id;

function shown(delivery, user) {
  const { id, goods, status, version, courier } = delivery;
  const all = { id, goods, status, version, courier_id: courier };
  if (seesSecrets(user, delivery)) {
    Object.assign(all, {
      shop_id: delivery.shop,
      door_code: delivery.doorCode,
      contact: users.get(delivery.shop).email,
    });
  }
  return all;
}

async function move(user, delivery, name) {
  const step = steps[name];
  if (!step.may(user, delivery)) throw new Refused(403, "not_allowed");
  const status = delivery.status;
  if (FAULT === "race") await pause(20);
  // From here to the end of the change nothing is awaited, so nobody comes between.
  if (step.again && status === step.to && delivery.cancelledBy === user.id) return;
  if (!step.from.includes(status)) throw new Refused(409, "wrong_status");
  if (step.theirs && delivery.courier !== user.id && FAULT !== "anybody") {
    throw new Refused(403, "another_courier");
  }
  if (
    FAULT === "busy" && name === "accept" &&
    [...deliveries.values()].some((d) => d.courier === user.id && d.status === "assigned")
  ) throw new Refused(409, "you_are_busy");
  delivery.status = step.to;
  delivery.version++;
  if (name === "accept") delivery.courier = user.id;
  if (name === "cancel") delivery.cancelledBy = user.id;
  delivery.changes.push({ version: delivery.version, status: step.to });
  if (FAULT === "lost" && ++told % 7 === 0) return;
  const about = { id: delivery.id, status: delivery.status, version: delivery.version };
  if (FAULT === "leak" && name === "accept") about.door_code = delivery.doorCode;
  tell(`private-delivery.${delivery.id}`, "delivery.moved", { delivery: about });
}

function find(user, id) {
  const delivery = deliveries.get(Number(id));
  if (!delivery || !mayRead(user, delivery)) throw new Refused(404, "not_found");
  return delivery;
}

async function answer(method, url, body, bearer) {
  const path = url.pathname;
  if (path === "/healthz") return [200, { up: true }];
  if (method === "POST" && path === "/testing/users") {
    if (FAULT === "nobody") throw new Error("no table people");
    if (!["shop", "courier", "dispatcher"].includes(body.role)) throw new Refused(422, "role");
    const user = {
      id: ++lastUser,
      role: body.role,
      name: body.name,
      email: body.email,
      password: body.password,
    };
    users.set(user.id, user);
    byEmail.set(user.email, user);
    return [201, { id: user.id }];
  }
  if (method === "POST" && path === "/api/tokens") {
    const user = byEmail.get(body.email);
    if (!user || user.password !== body.password) throw new Refused(401, "wrong_credentials");
    const token = randomBytes(24).toString("base64url");
    tokens.set(token, user.id);
    return [201, { access_token: token, token_type: "Bearer" }];
  }
  const user = users.get(tokens.get(bearer));
  if (!user) throw new Refused(401, "unauthenticated");
  if (method === "DELETE" && path === "/api/tokens/current") {
    tokens.delete(bearer);
    return [204];
  }
  if (method === "POST" && path === "/api/pusher/auth") {
    const { socket_id: socket, channel_name: channel } = body;
    if (!/^\d+\.\d+$/.test(socket ?? "")) throw new Refused(422, "socket_id");
    let match, allowed = false;
    if ((match = /^private-delivery\.(\d+)$/.exec(channel))) {
      const delivery = deliveries.get(Number(match[1]));
      allowed = delivery !== undefined && mayRead(user, delivery);
    } else if ((match = /^private-user\.(\d+)$/.exec(channel))) {
      allowed = Number(match[1]) === user.id;
    } else allowed = channel === "private-dispatch" && user.role !== "shop";
    if (!allowed) throw new Refused(403, "not_allowed");
    return [200, { auth: `${app.key}:${hmac(`${socket}:${channel}`)}` }];
  }
  if (path === "/api/deliveries" && method === "GET") {
    const all = [...deliveries.values()].filter((d) => mayRead(user, d)).slice(-50);
    return [200, { data: all.map((d) => shown(d, user)) }];
  }
  if (path === "/api/deliveries" && method === "POST") {
    if (user.role !== "shop") throw new Refused(403, "not_allowed");
    if (typeof body.goods !== "string" || body.goods === "") throw new Refused(422, "goods");
    // right too: a shop may have one delivery that is not over; a courier (below) may carry one at a time
    if (
      FAULT === "limit" &&
      [...deliveries.values()].some((d) => d.shop === user.id && d.status !== "cancelled")
    ) throw new Refused(409, "one_at_a_time");
    const delivery = {
      id: ++lastDelivery,
      shop: user.id,
      goods: body.goods,
      doorCode: String(body.door_code ?? ""),
      status: "waiting",
      version: 1,
      courier: null,
      cancelledBy: null,
      changes: [],
    };
    deliveries.set(delivery.id, delivery);
    for (const channel of ["private-dispatch", `private-user.${user.id}`]) {
      tell(channel, "delivery.created", {
        delivery: { id: delivery.id, goods: delivery.goods, status: "waiting", version: 1 },
      });
    }
    return [201, { data: shown(delivery, user) }];
  }
  const match = /^\/api\/deliveries\/(\d+)(?:\/([a-z-]+))?$/.exec(path);
  if (!match) throw new Refused(404, "not_found");
  const delivery = find(user, match[1]);
  if (method === "GET" && !match[2] && FAULT === "unread") throw new Error("no table deliveries");
  if (method === "GET" && !match[2]) return [200, { data: shown(delivery, user) }];
  if (method === "GET" && match[2] === "changes") {
    const since = Number(url.searchParams.get("since") ?? 0);
    return [200, {
      current: shown(delivery, user),
      changes: delivery.changes.filter((c) => c.version > since),
    }];
  }
  if (method !== "POST" || !Object.hasOwn(steps, match[2] ?? "")) {
    throw new Refused(404, "not_found");
  }
  await move(user, delivery, match[2]);
  return [200, { data: shown(delivery, user) }];
}

http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", async () => {
    let status, value;
    if (FAULT === "slow") await pause(400);
    try {
      let body = {};
      if (parts.length) {
        try {
          body = JSON.parse(Buffer.concat(parts).toString());
        } catch {
          throw new Refused(400, "not_json");
        }
        if (body === null || typeof body !== "object") throw new Refused(422, "not_an_object");
      }
      const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
      [status, value] = await answer(
        request.method,
        new URL(request.url, "http://x"),
        body,
        bearer,
      );
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      [status, value] = error instanceof Refused
        ? [error.status, { error: { code: error.code } }]
        : [500, { error: { code: "internal" } }];
    }
    response.writeHead(status, { "content-type": "application/json" });
    response.end(value === undefined ? "" : JSON.stringify(value));
  });
}).listen(PORT, HOST, 1024);
