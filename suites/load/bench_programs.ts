/** The programs in Go that benches hold engines and servers against, and k6 itself. */
import { fromFileUrl, join } from "@std/path";

const go = fromFileUrl(new URL("k6/", import.meta.url));
const cache = fromFileUrl(new URL("../../.cache/k6/", import.meta.url));

/** Where `name` is once `buildPrograms` has come back. */
export const programPath = (name: "broadcast" | "connect" | "receive") => join(cache, name);

/** Builds k6 with the extension, and all of `k6/floor/`. Throws what the compiler says. */
export async function buildPrograms(): Promise<void> {
  await output("go", ["build", "-o", cache, "./floor/..."]);
  await output("go", ["build", "-trimpath", "-ldflags=-s -w", "-o", join(cache, "k6"), "."]);
}

/** What a program prints, run in the folder of the Go module. Throws what it says when it fails. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], cwd: go })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr) || `${program} failed`);
  return new TextDecoder().decode(stdout);
}
