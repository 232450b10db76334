/** Running Plumbline's own command in tests, as a user would. */
import { fromFileUrl } from "@std/path";

export const root = fromFileUrl(new URL("../..", import.meta.url));

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const PERMISSIONS = ["net", "read", "write", "env", "sys", "run"].map((name) => `--allow-${name}`);

/** Starts `main.ts` with these arguments in the project's folder, or in another checkout of it. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  checkout: string = root,
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...PERMISSIONS, "main.ts", ...args],
    cwd: checkout,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs `main.ts` to its end. */
export async function plumbline(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
  checkout?: string,
): Promise<Ran> {
  const { code, stdout, stderr } = await start(args, env, checkout).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** A folder that is gone when the test is. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
  try {
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
