// P-218: No endpoint takes a key that is nearly the app's, rightly signed: channels, first character
// Sends what was recorded of soketi 1.6.1, and prints what comes.
// Exit code 1: the failure is there. 0: it is not.

const server = new URL(process.env.SERVER ?? "http://127.0.0.1:6001");
const apps = {
  main: { id: "app-id", key: "app-key", secret: process.env.SECRET_MAIN ?? "app-secret" },
};
/** Behind the names of channels and users, so that nothing of an earlier run is met. */
const run = "-0000-000".replaceAll(/[a-z0-9]/g, () => Math.floor(Math.random() * 36).toString(36));
const accusation = "P-218, HTTP 200";
/** The server died of it. */
const dies = false;
/** How much came to each, as it was recorded. */
const counts = {"HTTP 1":1};
/** What shows the failure: filled in once the sockets have their ids. */
let failure = [];

async function steps() {
  failure = [["HTTP 1", `HTTP 200 {"channels":{}}`]];
  await call("HTTP 1", apps.main, "GET", `/apps/${apps.main.id}/channels`, [["auth_key", `bpp-key`], ["auth_timestamp", now()], ["auth_version", `1.0`]]);
}

// What the steps are made of: a WebSocket client, a signed HTTP call, and a log of what happens.
// Node 20 or later, or Deno with -A. SERVER and SECRET_<APP> in the environment replace the defaults.
import crypto from "node:crypto";
import http from "node:http";
import net from "node:net";
import tls from "node:tls";

const QUIET_MS = 2000;
const clients = [];
const answers = [];
const came = [];

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const hash = (bytes) => crypto.createHash("md5").update(bytes).digest("hex");
const hmac = (app, text) => crypto.createHmac("sha256", app.secret).update(text).digest("hex");
/** `key:signature`, as a client's backend makes it for a channel or for a user. */
const auth = (app, text) => `${app.key}:${hmac(app, text)}`;
const now = (offset = 0) => String(Math.round(Date.now() / 1000) + offset);
/** The text with other characters at these places. */
const altered = (text, places) =>
  Array.from(text, (one, at) => places.includes(at) ? (one === "a" ? "b" : "a") : one).join("");

function say(who, arrow, text) {
  const mark = arrow === "<-" && failure.some((one) => one[0] === who && one[1] === text);
  const cut = text.length > 500 ? `${text.slice(0, 500)}... (${text.length} characters)` : text;
  console.log(`${mark ? "**" : "  "} ${who} ${arrow} ${cut}`);
  if (arrow === "<-") came.push([who, text]);
}

/** Waits for a promise, at most so long. */
const within = (promise, ms = QUIET_MS) => Promise.race([promise, wait(ms)]);

function openLine() {
  const { hostname, port, protocol } = server;
  const host = hostname.replace(/^\[|\]$/g, "");
  const where = { host, port: Number(port || (protocol === "https:" ? 443 : 80)) };
  const servername = net.isIP(host) ? "" : host;
  const line = protocol === "https:" ? tls.connect({ ...where, servername }) : net.connect(where);
  line.setNoDelay(true);
  return line;
}

/** Opens a WebSocket; what comes on it is printed. */
async function connect(name, path) {
  const line = openLine();
  const client = { name, id: "", frames: [], isClosed: false, wake: () => {} };
  clients.push(client);
  const end = (why) => {
    if (client.isClosed) return;
    client.isClosed = true;
    say(name, "<-", why);
    client.wake();
  };
  const write = (opcode, bytes, isLast = true) => {
    const size = bytes.length;
    const head = size < 126 ? [size] : size < 65536 ? [126, size >> 8, size & 255] : [127];
    const long = Buffer.alloc(size < 65536 ? 0 : 8);
    if (long.length > 0) long.writeBigUInt64BE(BigInt(size));
    const mask = crypto.randomBytes(4);
    const masked = Buffer.from(bytes.map((byte, at) => byte ^ mask[at % 4]));
    const start = Buffer.from([(isLast ? 128 : 0) | opcode, 128 | head[0], ...head.slice(1)]);
    if (!client.isClosed) line.write(Buffer.concat([start, long, mask, masked]));
  };
  const take = (opcode, bytes) => {
    if (opcode === 9) return write(10, bytes);
    if (opcode === 10) return;
    if (opcode === 8) {
      const code = bytes.length < 2 ? 1005 : bytes.readUInt16BE();
      end(`closed with ${code} ${bytes.subarray(2)}`.trim());
      return line.end();
    }
    const text = opcode === 2 ? `binary ${bytes.toString("hex")}` : bytes.toString();
    const { event, data } = readJson(text);
    if (event === "pusher:connection_established") client.id = readJson(data).socket_id;
    if (event === "pusher:ping") return write(1, Buffer.from(`{"event":"pusher:pong","data":{}}`));
    if (event === "pusher:pong" && client.pings > 0) client.pings--;
    else {
      client.frames.push(text);
      say(name, "<-", text);
    }
    client.wake();
  };
  const until = async (isThere) => {
    const deadline = Date.now() + QUIET_MS;
    while (!isThere() && !client.isClosed && Date.now() < deadline) {
      await within(new Promise((resolve) => client.wake = resolve), deadline - Date.now());
    }
  };
  Object.assign(client, {
    pings: 0,
    sends: (text) => {
      say(name, "->", text);
      write(1, Buffer.from(text));
    },
    sendsFrame: (opcode, bytes, isLast) => {
      say(name, "->", `frame of ${bytes.length} bytes with opcode ${opcode}`);
      write(opcode, bytes, isLast);
    },
    writes: (bytes) => void line.write(bytes),
    closes: () => write(8, Buffer.from([3, 232])),
    halfCloses: () => void line.end(),
    resets: () => void (line.resetAndDestroy ? line.resetAndDestroy() : line.destroy()),
    /** Waits until so many messages have come. */
    received: (count) => until(() => client.frames.length >= count),
    /** Waits until the server has answered a ping that follows all that was sent. */
    isHeard: async () => {
      client.pings++;
      write(1, Buffer.from(`{"event":"pusher:ping","data":{}}`));
      await until(() => client.pings === 0);
    },
  });
  const key = crypto.randomBytes(16).toString("base64");
  line.write(
    `GET ${server.pathname.replace(/\/$/, "")}${path} HTTP/1.1\r\nHost: ${server.host}\r\n` +
      `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  say(name, "->", `GET ${path}`);
  let input = Buffer.alloc(0);
  let isOpen = false;
  let message = { opcode: 0, parts: [] };
  line.on("error", (error) => end(`the connection broke: ${error.code ?? error.message}`));
  line.on("close", () => end("closed without a close frame"));
  line.on("data", (bytes) => {
    input = Buffer.concat([input, bytes]);
    const blank = input.indexOf("\r\n\r\n");
    if (!isOpen && blank >= 0) {
      const status = input.subarray(0, blank).toString().split("\r\n")[0];
      if (!status.includes(" 101 ")) return end(`refused: ${status}`);
      isOpen = true;
      input = input.subarray(blank + 4);
      client.wake();
    }
    for (let frame; isOpen && (frame = readFrame(input));) {
      input = input.subarray(frame.size);
      if (frame.opcode >= 8) take(frame.opcode, frame.payload);
      else {
        if (frame.opcode > 0) message = { opcode: frame.opcode, parts: [] };
        message.parts.push(frame.payload);
        if (frame.isLast) take(message.opcode, Buffer.concat(message.parts));
      }
    }
  });
  await until(() => isOpen);
  return client;
}

/** The first WebSocket frame of the bytes, if all of it is there. */
function readFrame(input) {
  if (input.length < 2) return undefined;
  const short = input[1] & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (input.length < start) return undefined;
  const length = short === 126
    ? input.readUInt16BE(2)
    : short === 127
    ? Number(input.readBigUInt64BE(2))
    : short;
  if (input.length < start + length) return undefined;
  const payload = input.subarray(start, start + length);
  return { opcode: input[0] & 15, isLast: input[0] >= 128, payload, size: start + length };
}

function readJson(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Calls the HTTP API; `change` makes another signature of the right one. */
function call(name, app, method, path, query, body = "", { headers = {}, change } = {}) {
  const sorted = query.map(([key, value]) => [key.toLowerCase(), decodeURIComponent(value)])
    .sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0).map((pair) => pair.join("=")).join("&");
  const right = hmac(app, `${method}\n${path}\n${sorted}`);
  const signature = change ? change(right) : right;
  const signed = [...query, ...(signature === "none" ? [] : [["auth_signature", signature]])];
  const target = `${server.pathname.replace(/\/$/, "")}${path}${signed.length > 0 ? "?" : ""}${
    signed.map((pair) => pair.join("=")).join("&")
  }`;
  say(name, "->", `${method} ${target} ${body}`.trim());
  const answer = new Promise((resolve) => {
    const request = http.request({
      method,
      path: target,
      host: server.hostname,
      createConnection: openLine,
      headers: { host: server.host, "content-length": Buffer.byteLength(body), ...headers },
    }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => {
        say(name, "<-", `HTTP ${response.statusCode} ${Buffer.concat(parts)}`.trim());
        resolve();
      });
    });
    request.on("error", (error) => {
      say(name, "<-", `no answer: ${error.code ?? error.message}`);
      resolve();
    });
    request.end(body);
  });
  answers.push(answer);
  return within(answer, 5 * QUIET_MS);
}

/** Waits for what is still to come, and compares with what was recorded. */
async function finish() {
  await within(Promise.all(answers), 5 * QUIET_MS);
  await wait(QUIET_MS);
  let isSame = failure.every((one) =>
    came.some(([who, text]) => who === one[0] && text === one[1])
  );
  for (const [who, count] of Object.entries(counts)) {
    if (came.filter(([name]) => name === who).length !== count) isSame = false;
  }
  if (dies) {
    const line = openLine();
    isSame = await new Promise((resolve) => {
      line.on("connect", () => resolve(false));
      line.on("error", () => resolve(true));
    });
    if (isSame) console.log("** the server accepts no connection any more");
  }
  console.log(
    isSame
      ? `\nReproduced: ${accusation}`
      : "\nNot reproduced: what came is not what was recorded.",
  );
  process.exit(isSame ? 1 : 0);
}

await steps();
await finish();
