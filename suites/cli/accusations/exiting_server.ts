/**
 * The reference server in a program that ends: at random, killed, or over too many connections.
 *
 *     deno run -A suites/cli/accusations/exiting_server.ts HOST PORT [--once-in N] [--killed-at N] [--most N] [--says-farewell]
 */
import { parseArgs } from "node:util";
import { join } from "@std/path";
import type { Passage } from "../../faults/break.ts";
import { dataOf, parseObject } from "../../faults/message.ts";
import { startProxy } from "../../faults/proxy.ts";
import { handshake, toTarget } from "../../faults/rules.ts";
import { freePort } from "../../../targets/start.ts";
import { root } from "../testing.ts";
import { openFront } from "./front.ts";

const { positionals: [host = "127.0.0.1", port = "0"], values } = parseArgs({
  allowPositionals: true,
  options: {
    "once-in": { type: "string" },
    "killed-at": { type: "string" },
    most: { type: "string" },
    "says-farewell": { type: "boolean" },
  },
});
const onceIn = Number(values["once-in"] ?? Infinity);
const killedAt = Number(values["killed-at"] ?? Infinity);
const most = Number(values.most ?? Infinity);
/** Between its farewell and its end. */
const LINGERS_MS = 500;
const FAREWELL = { event: "pusher:error", data: { code: 4200, message: "Server closed." } };

let isLeaving = false;
const isUnreadable = ({ message }: Passage) =>
  message !== undefined && parseObject(String(dataOf(message)["user_data"])) === undefined;

const inner = freePort();
const main = join(root, "targets", "reference", "server", "main.ts");
// The shell ends the server when this program's end of the pipe closes, however this program ends.
const child = new Deno.Command("sh", {
  args: [
    "-c",
    `"${Deno.execPath()}" run --quiet -A "${main}" & server=$!; read _; kill -9 $server`,
  ],
  env: { REVERB_SERVER_HOST: host, REVERB_SERVER_PORT: String(inner) },
  stdin: "piped",
  stdout: "piped",
}).spawn();
await child.stdout.getReader().read();

// Whatever chance says: once in so many messages is at least once in so many.
const last = Math.ceil(Math.random() * onceIn);
let messages = 0;
const upstream = { host, port: inner };
const proxy = await startProxy({
  upstream: { websocket: upstream, api: upstream },
  apps: [{ id: "app-id", key: "app-key", secret: "app-secret" }],
  breaks: [{
    name: "ends",
    title: "It ends.",
    violates: [],
    rules: [
      handshake({ where: ({ world }) => world.lines.size >= most }, () => Deno.exit(1)),
      ...values["says-farewell"]
        ? [
          // As soketi does: what cannot be read ends it, and everybody is told first.
          toTarget({ event: "pusher:signin", where: isUnreadable }, async ({ line }) => {
            isLeaving = true;
            await Promise.all([...line.world.lines].map((one) => one.send("toClient", FAREWELL)));
            setTimeout(() => Deno.exit(1), LINGERS_MS);
          }),
          handshake({ where: () => isLeaving }, () => "reset"),
        ]
        : [],
      toTarget({ opcode: "text" }, async ({ pass }) => {
        if (++messages === last) Deno.exit(1);
        if (messages === killedAt) Deno.kill(Deno.pid, "SIGKILL");
        await pass();
      }),
    ],
  }],
});
await openFront(proxy, {}, Number(port));
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
console.log(`listening on ${host}:${port}`);
