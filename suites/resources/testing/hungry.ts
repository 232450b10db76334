/**
 * A process that uses what it is told to, and says when it has. Commands come as lines: `allocate
 * MEGABYTES`, `open FILES`, `burn MILLISECONDS` of CPU, `fork MILLISECONDS` that a child burns
 * before it ends, `keep MEGABYTES` that a child allocates and holds. With a port, it listens there.
 */
import process from "node:process";
import { TextLineStream } from "@std/streams";

const [port] = Deno.args;
const held: unknown[] = [];
if (port) held.push(Deno.listen({ hostname: "127.0.0.1", port: Number(port) }));

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function burn(ms: number): void {
  const until = cpuMs() + ms;
  while (cpuMs() < until) Math.sqrt(until);
}

/** Another of this kind. */
function spawn(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", import.meta.filename ?? ""],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
}

async function hand(child: Deno.ChildProcess, command: string): Promise<number> {
  const [lines, writer] = [child.stdout.getReader(), child.stdin.getWriter()];
  await lines.read(); // ready
  await writer.write(new TextEncoder().encode(`${command}\n`));
  const { value } = await lines.read();
  return Number(new TextDecoder().decode(value).split(" ")[1]);
}

const COMMANDS: Readonly<Record<string, (amount: number) => number | Promise<number>>> = {
  allocate: (megabytes) => held.push(new Uint8Array(megabytes * 1024 * 1024).fill(1)),
  open: (files) => {
    for (let i = 0; i < files; i++) held.push(Deno.openSync(import.meta.filename ?? ""));
    return files;
  },
  burn: (ms) => {
    burn(ms);
    return cpuMs();
  },
  fork: async (ms) => {
    const child = spawn();
    const cpu = await hand(child, `burn ${ms}`);
    child.kill("SIGKILL");
    await child.status;
    return cpu;
  },
  keep: async (megabytes) => {
    const child = spawn();
    await hand(child, `allocate ${megabytes}`);
    return child.pid;
  },
};

console.log("ready 0");
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
  .pipeThrough(new TextLineStream());
for await (const line of lines) {
  const [command = "", amount] = line.split(" ");
  console.log(`done ${await COMMANDS[command]?.(Number(amount))}`);
}
