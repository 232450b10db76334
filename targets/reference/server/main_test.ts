import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { command, startProcess } from "./testing/process.ts";
import { openSocket } from "./testing/socket.ts";

describe("the serve command", () => {
  it("says where it listens in one line of JSON, and leaves politely on SIGTERM (P-072)", async () => {
    const server = await startProcess();
    assertEquals({ ...server.listening, port: 0 }, { host: "127.0.0.1", port: 0, tls: false });
    const socket = openSocket(server.url);
    await socket.established();
    server.kill("SIGTERM");
    assertEquals((await socket.closed).code, 4200);
    assertEquals(await server.ended, { code: 0, errors: "" });
  });

  it("warns of a name that it does not know", async () => {
    const server = await startProcess([], { REVERB_APP_MAX_CONECTIONS: "5", REVERB_HOST: "a" });
    server.kill("SIGTERM");
    const { errors } = await server.ended;
    assertStringIncludes(errors, "did you mean REVERB_APP_MAX_CONNECTIONS?");
    assertEquals(errors.trim().split("\n").length, 1);
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
