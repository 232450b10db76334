/** Installing a server by the commands of its target file, once. */
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "@std/path";
import { fill } from "../suites/language/variables.ts";
import { CannotStart, LAST_WORDS, PLUMBLINE } from "./start.ts";
import type { Target } from "./target.ts";

/**
 * Runs the install commands unless the file they make is already there. Two runs in one folder
 * install once: the second waits for the first, whose file may be there before the rest is. What was
 * interrupted is done again. Throws `CannotStart`.
 */
export async function install(target: Target): Promise<void> {
  const { install, image } = target.start ?? {};
  // An image has in it what would be installed.
  if (!install || image) return;
  using lock = await lockFor(install.unless);
  const interrupted = (await lock.stat()).size > 0;
  if (!interrupted && await exists(install.unless)) return;
  await lock.write(new TextEncoder().encode("installing"));
  const find = (name: string) => name === "plumbline" ? PLUMBLINE : undefined;
  for (const words of install.run) {
    const [program = "", ...args] = words.map((word) => String(fill(word, find)));
    const { success, stderr } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      throw new CannotStart(
        `installing ${target.title} failed at: ${program} ${args.join(" ")}\n${
          new TextDecoder().decode(stderr).slice(-LAST_WORDS)
        }`,
      );
    }
  }
  await lock.truncate();
}

/** A path with the links in it resolved, as far as there is such a path. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return join(await realPath(dirname(path)), basename(path));
  }
}

/** A user's file for one path, locked until it is disposed of or its process ends. */
async function lockFor(path: string): Promise<Deno.FsFile> {
  const name = (await realPath(resolve(path))).replaceAll(/[^\w.-]/g, "_").slice(-200);
  const file = await Deno.open(join(tmpdir(), `plumbline-install-${Deno.uid()}-${name}`), {
    create: true,
    write: true,
  });
  await file.lock(true);
  return file;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
