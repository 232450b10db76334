/** Starts a server that deviates as a `Deviation` says, and tells where it listens. */
import { fromFileUrl, join } from "@std/path";
import { type Address, type Proxy, startProxy } from "../../faults/proxy.ts";
import { freePort, startServer } from "../../../targets/start.ts";
import { loadTarget } from "../../../targets/file.ts";
import { root } from "../testing.ts";
import { openFront } from "./front.ts";
import type { Altered, Deviation, Program } from "./deviation.ts";

/** A server for `check` to be pointed at, or what `check` needs to start it. */
export interface Served {
  /** The keys of a target file that say where it is, or how it is started; it needs none without. */
  readonly keys?: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Starts it, unless `check` is to start it itself. */
export async function serve({ server }: Deviation): Promise<Served> {
  if (server === "reference") return { close: () => Promise.resolve() };
  if ("rules" in server) return await serveAltered(server);
  return server.startedByCheck ? startable(server) : await serveProgram(server);
}

async function serveAltered({ rules, front, backAfterMs }: Altered): Promise<Served> {
  const target = await loadTarget(join(root, "targets", "reference.yaml"), { started: true });
  const server = await startServer(target, "http://127.0.0.1:9");
  const fault = { name: "deviation", title: "It deviates.", violates: [], rules };
  const proxy = await startProxy({
    upstream: server.endpoints,
    apps: Object.values(target.apps),
    breaks: [fault],
  });
  const before = front && await openFront(proxy, front);
  const supervisor = backAfterMs === undefined ? undefined : supervise(proxy, backAfterMs);
  return {
    keys: at(before ?? proxy),
    close: async () => {
      const { faults } = proxy;
      clearInterval(supervisor);
      await before?.close();
      await proxy.close();
      await server.stop("SIGKILL");
      if (faults.length > 0) throw new AggregateError(faults, "the deviation itself is at fault");
    },
  };
}

/** Has the server up again some time after each crash. */
function supervise(proxy: Proxy, backAfterMs: number) {
  let restarting = false;
  return setInterval(() => {
    if (!proxy.down || restarting) return;
    restarting = true;
    setTimeout(() => {
      restarting = false;
      proxy.revive();
    }, backAfterMs);
  }, 5);
}

function startable(program: Program): Served {
  return {
    keys: {
      ...at({ host: "127.0.0.1", port: 1 }),
      start: { command: commandOf(program, ["$host", "$port"]), stop: "SIGKILL" },
    },
    close: () => Promise.resolve(),
  };
}

async function serveProgram(program: Program): Promise<Served> {
  const address = { host: "127.0.0.1", port: freePort() };
  const [command = "", ...args] = commandOf(program, [address.host, String(address.port)]);
  const child = new Deno.Command(command, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  })
    .spawn();
  // It prints a line when it listens.
  await child.stdout.getReader().read();
  return {
    keys: at(address),
    close: async () => {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended by itself, as it was to.
      }
      await child.status;
    },
  };
}

function commandOf({ program, args = [] }: Program, where: readonly string[]): string[] {
  const file = fromFileUrl(new URL(program, import.meta.url));
  return [Deno.execPath(), "run", "--quiet", "-A", file, ...where, ...args];
}

const at = ({ host, port }: Address) => ({
  websocket: { scheme: "ws", host, port },
  api: { scheme: "http", host, port },
});
