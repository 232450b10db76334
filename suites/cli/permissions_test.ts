/** What tasks may do is listed in deno.json; here they do their work with that, and with no more. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "@std/path";
import { root, withFolder } from "./testing.ts";

function task(words: readonly string[], env: Record<string, string> = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...words],
    cwd: root,
    env: { NO_COLOR: "1", REVERB_SERVER_PORT: "0", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Starts a server by its task, and ends it once it listens. */
async function listens(words: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const child = task(words, env).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await lines.read();
  child.kill("SIGTERM");
  await lines.cancel();
  const [, err] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assertStringIncludes(value, '{"listening":', err);
}

async function refuses(words: readonly string[], says: string, env: Record<string, string> = {}) {
  const { code, stderr } = await task(words, env).output();
  const err = new TextDecoder().decode(stderr);
  assertEquals(code, 2, err);
  assertStringIncludes(err, says);
  assert(!err.includes("    at "), err);
}

describe("the task", () => {
  it("serve reads no file, and says which task does", async () => {
    await listens(["serve"]);
    await refuses(["serve", "--apps", "apps.json"], "may not read apps.json: start it with");
    await refuses(["serve"], "deno task serve:files", { REVERB_SERVER_WORKERS: "2" });
    await refuses(["serve"], "deno task serve:node", { REVERB_SCALING_ENABLED: "true" });
    const tls = { REVERB_SERVER_TLS_CERT: "cert.pem", REVERB_SERVER_TLS_KEY: "key.pem" };
    await refuses(["serve"], "may not read cert.pem", tls);
  });

  it("serve:files reads apps, and runs threads", async () => {
    await withFolder(async (folder) => {
      const apps = join(folder, "apps.json");
      await Deno.writeTextFile(apps, JSON.stringify([{ id: "1", key: "k", secret: "s" }]));
      await listens(["serve:files", "--apps", apps], { REVERB_SERVER_WORKERS: "2" });
    });
  });

  it("check:reference checks the reference server, and starts nothing else", async () => {
    await withFolder(async (folder) => {
      const check = ["check:reference", "--scenario", "auth/private/*", "--out", folder];
      const { code, stderr } = await task(check).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const target = join(folder, "other.yaml");
      const reference = await Deno.readTextFile(join(root, "targets/reference.yaml"));
      await Deno.writeTextFile(target, reference.replace(/^ {4}- \$deno$/m, "    - /bin/ls"));
      const other = await task([...check, "--target", target, "--start"]).output();
      assertEquals(other.code, 3);
      assertStringIncludes(new TextDecoder().decode(other.stderr), "cannot run");
    });
  });
});
