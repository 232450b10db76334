/** The server as a process of its own, as operators run it. */
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** The serve command, not started yet. */
export function command(args: readonly string[], env: Record<string, string> = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", "--allow-env", "--allow-read", main, ...args],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

export interface ServerProcess {
  readonly listening: { readonly host: string; readonly port: number; readonly tls: boolean };
  readonly metricsPort: number | undefined;
  /** Where a client of the first app connects. */
  readonly url: string;
  kill(signal: Deno.Signal): void;
  readonly ended: Promise<{ code: number; errors: string }>;
}

/** Starts it on a free port; resolves when it listens. */
export async function startProcess(
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  const child = command(args, {
    REVERB_SERVER_PORT: "0",
    REVERB_SERVER_LOG_LEVEL: "warning",
    ...env,
  }).spawn();
  const errors = new Response(child.stderr).text();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await lines.read();
  if (value === "") throw new Error(await errors);
  const { listening, metrics } = JSON.parse(value);
  return {
    listening,
    metricsPort: metrics?.port,
    url: `ws://127.0.0.1:${listening.port}/app/app-key?protocol=7`,
    kill: (signal) => child.kill(signal),
    ended: child.status.then(async ({ code }) => {
      await lines.cancel();
      return { code, errors: await errors };
    }),
  };
}
