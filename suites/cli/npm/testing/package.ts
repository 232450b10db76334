/** The npm package as a user gets it, for tests: packed, and run by npm's own programs. */
import { join } from "@std/path";
import { type Ran, root } from "../../testing.ts";

/** Runs a program in a folder, with this process's environment and `env`. */
export async function runIn(
  cwd: string,
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** Packs this checkout into `folder`; returns the name of the file. */
export async function pack(folder: string): Promise<string> {
  const { code, out, err } = await runIn(root, [
    "npm",
    "pack",
    "--loglevel=error",
    "--pack-destination",
    folder,
  ]);
  if (code !== 0) throw new Error(err);
  return out.trim();
}

/** Lets what Plumbline installs be what this checkout has installed already, or will. */
export async function shareInstalled(folder: string): Promise<void> {
  await Deno.mkdir(join(root, ".cache"), { recursive: true });
  await Deno.symlink(join(root, ".cache"), join(folder, ".cache"));
}
