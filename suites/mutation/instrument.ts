/**
 * One instrumented copy of the reference server and application: every mutant is in it, and the
 * environment variable `ACTIVE` says which of them is in force.
 */
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { dirname, join } from "@std/path";
import { digest, type Mutant, nameMutants } from "./mutant.ts";

/** Names the active mutant; the instrumented source reads it. */
export const ACTIVE = "__STRYKER_ACTIVE_MUTANT__";

export interface Copy {
  /** Stands in the place of the project's folder. */
  readonly folder: string;
  readonly mutants: readonly Mutant[];
  /** Of all sources together. */
  readonly hash: string;
}

/** What never serves: tests, and an application that is broken on purpose. */
const ASIDE = /_test\.ts$|\/(testing|broken)\//;
/** Serves scenarios only; copied as it is. */
const FOR_SCENARIOS = /\/testing\.ts$/;

const OPTIONS = { plugins: null, excludedMutations: [], ignorers: [] };
const quiet = () => {};
const SILENT = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: quiet,
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  fatal: quiet,
};

/**
 * Writes the copy of the sources in `folders`, which are named from `root`, into a folder of `copies`
 * that is named after what they say: others may be using theirs.
 */
export async function instrument(
  root: string,
  folders: readonly string[],
  copies: string,
): Promise<Copy> {
  const files = (await Promise.all(folders.map((folder) => sources(root, folder)))).flat()
    .toSorted((a, b) => a.name < b.name ? -1 : 1);
  const result = await new Instrumenter(SILENT).instrument(
    files.map((file) => ({ ...file, mutate: !FOR_SCENARIOS.test(file.name) })),
    OPTIONS,
  );
  const hits = new URL("hits_in_process.ts", import.meta.url).href;
  const hash = await digest(files.map(({ name, content }) => `${name}\0${content}`).join("\0"));
  const folder = join(copies, hash);
  await Deno.mkdir(copies, { recursive: true });
  const written = await Deno.makeTempDir({ dir: copies, prefix: "writing-" });
  await Promise.all(result.files.map(async ({ name, content }) => {
    const path = join(written, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, `import "${hits}";\n${content}`);
  }));
  // Whole or not at all; where it is there already, it says the same.
  await Deno.rename(written, folder).catch(() => Deno.remove(written, { recursive: true }));
  const mutants = await Promise.all(
    files.map(({ name, content }) =>
      nameMutants(result.mutants.filter(({ fileName }) => fileName === name), name, content)
    ),
  );
  return {
    folder,
    mutants: mutants.flat(),
    hash,
  };
}

async function sources(root: string, folder: string): Promise<{ name: string; content: string }[]> {
  const found: { name: string; content: string }[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await sources(root, path));
    else if (path.endsWith(".ts")) {
      found.push({ name: path, content: await Deno.readTextFile(join(root, path)) });
    }
  }
  return found.filter(({ name }) => !ASIDE.test(name));
}
