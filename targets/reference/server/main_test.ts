import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { openSocket } from "./testing/socket.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

function command(args: readonly string[], env: Record<string, string> = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", "--allow-env", "--allow-read", main, ...args],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

describe("the serve command", () => {
  it("says where it listens in one line of JSON, and leaves politely on SIGTERM (P-072)", async () => {
    const child = command([], { REVERB_SERVER_PORT: "0" }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await lines.read();
    const { listening } = JSON.parse(value);
    assertEquals({ ...listening, port: 0 }, { host: "127.0.0.1", port: 0, tls: false });
    const socket = openSocket(`ws://127.0.0.1:${listening.port}/app/app-key?protocol=7`);
    await socket.established();
    child.kill("SIGTERM");
    assertEquals((await socket.closed).code, 4200);
    assertEquals((await child.status).code, 0);
    await lines.cancel();
    await child.stderr.cancel();
  });

  const mistakes: readonly (readonly [string[], Record<string, string>, string])[] = [
    [["--ap", "x.json"], {}, "--ap"],
    [["--apps", "no-such-file.json"], {}, "cannot read no-such-file.json"],
    [[], { REVERB_SERVER_PORT: "99999" }, "REVERB_SERVER_PORT"],
  ];
  for (const [args, env, message] of mistakes) {
    it(`ends with 2 and says what is wrong: ${message}`, async () => {
      const { code, stderr } = await command(args, env).output();
      assertEquals(code, 2);
      assertStringIncludes(new TextDecoder().decode(stderr), message);
    });
  }
});
