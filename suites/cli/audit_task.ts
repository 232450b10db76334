/**
 * `deno task audit`: a line for everything that is wrong with what is locked. It reads deno.lock,
 * deno.json, package.json and Deno's cache of packages, and asks nobody.
 */
import { fromFileUrl, join } from "@std/path";
import { audit, type Locked } from "./audit.ts";

const root = fromFileUrl(new URL("../..", import.meta.url));
const json = async (path: string) => JSON.parse(await Deno.readTextFile(join(root, path)));

const [lock, config, pack, soketi, bounds] = await Promise.all([
  json("deno.lock"),
  json("deno.json"),
  json("package.json"),
  json("targets/soketi/package.json"),
  json(".ci/dependencies.json"),
]);

const entries: [string, Record<string, unknown>][] = Object.entries(lock.npm);
const locked = new Map(entries.map(([key, entry]): [string, Locked] => {
  // `bullmq@6.7.0_pg@8.23.1`: what stands behind the version are the peers it was given.
  const [, name = key, version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
  return [`${name}@${version}`, {
    name,
    version,
    hasScripts: entry.scripts === true,
    isOfASystem: entry.os !== undefined || entry.cpu !== undefined,
    hasIntegrity: typeof entry.integrity === "string",
  }];
}));

const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
const { npmCache } = JSON.parse(new TextDecoder().decode(info.stdout));
const registries = [...Deno.readDirSync(npmCache)].map(({ name }) => join(npmCache, name));

function manifest({ name, version }: Locked) {
  for (const registry of registries) {
    try {
      return JSON.parse(Deno.readTextFileSync(join(registry, name, version, "package.json")));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/** What a `package.json` asks for. */
const wantedBy = (file: string, { dependencies, optionalDependencies, devDependencies }: {
  readonly [kind: string]: Record<string, string> | undefined;
}) =>
  Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies })
    .map(([name, version]) => [file, name, version] as const);

/** A specifier without what it takes of a package: `npm:hono@4.13.19/cookie`. */
const withoutPath = (specifier: string) =>
  /^npm:\/?@?[^@]+@[^/]+/.exec(specifier)?.[0] ?? specifier;

const imports: [string, string][] = Object.entries(config.imports);
const wrong = audit({
  bounds,
  locked: [...locked.values()],
  wanted: [
    ...imports.filter(([, to]) => !to.startsWith("./"))
      .map(([name, to]) => ["deno.json", name, withoutPath(to).replace(":/", ":")] as const),
    ...Object.keys(lock.specifiers).map((specifier) =>
      ["deno.lock", specifier, withoutPath(specifier)] as const
    ),
    ...wantedBy("package.json", pack),
    ...wantedBy("targets/soketi/package.json", soketi),
  ],
  refused: config.allowScripts.deny.map((name: string) => name.replace(/^npm:/, "")),
  manifest,
});

// What npm would run of this project's own.
const OWN = ["preinstall", "install", "postinstall", "prepare"];
for (const name of OWN.filter((name) => name in (pack.scripts ?? {}))) {
  wrong.push(`package.json runs a script on ${name}`);
}
if (config.allowScripts.allow !== undefined) wrong.push("deno.json allows scripts of packages");

for (const line of wrong) console.error(line);
console.log(
  `${locked.size} packages locked, ${bounds.most} allowed; ${
    wrong.length === 0 ? "nothing is wrong" : `${wrong.length} wrong`
  }`,
);
Deno.exit(wrong.length === 0 ? 0 : 1);
