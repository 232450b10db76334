/** The script of the pages, bundled by Deno the first time that it is asked for. */

/** Rejects where a package is missing and cannot be fetched, with what the bundler says. */
async function bundled(): Promise<string> {
  const { outputFiles = [], errors } = await Deno.bundle({
    entrypoints: [new URL("./browser/main.ts", import.meta.url).pathname],
    platform: "browser",
    minify: true,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(errors.map(({ text }) => text).join("; "));
  return file.text();
}

let script: Promise<string> | undefined;

/** The same script for everybody; one that could not be made is tried again. */
export function pageScript(): Promise<string> {
  script ??= bundled();
  script.catch(() => void (script = undefined));
  return script;
}
