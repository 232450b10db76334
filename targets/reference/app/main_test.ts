import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { afterAll, describe, it } from "@std/testing/bdd";
import { startApplicationProcess } from "./testing/process.ts";

const path = fromFileUrl(new URL("main.ts", import.meta.url));

async function run(environment: Record<string, string>) {
  const permissions = ["net", "env", "read", "write", "sys"].map((name) => `--allow-${name}`);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...permissions, path],
    env: { APPLICATION_PORT: "0", NODE_NO_WARNINGS: "1", ...environment },
  }).output();
  return { code, said: new TextDecoder().decode(stderr) };
}

describe("the application's command line", () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr; // a TCP listener's address
  const wrong: readonly (readonly [
    title: string,
    environment: Record<string, string>,
    code: number,
    says: RegExp,
  ])[] = [
    ["a variable that is wrong", { APPLICATION_PORT: "x" }, 2, /APPLICATION_PORT/],
    ["a queue of no known kind", { APPLICATION_QUEUE: "rabbit" }, 2, /memory or redis:/],
    ["a file that cannot be", { APPLICATION_DATABASE: "sqlite:/none/x.db" }, 3, /\/none\/x\.db/],
    [
      "a database that does not answer",
      { APPLICATION_DATABASE: "postgres://me:secret@127.0.0.1:1/x" },
      3,
      /APPLICATION_DATABASE cannot be opened: .*127\.0\.0\.1:1/,
    ],
    ["a Redis that does not answer", { APPLICATION_QUEUE: "redis://127.0.0.1:1" }, 3, /no Redis/],
    ["a port that is taken", { APPLICATION_PORT: String(port) }, 3, new RegExp(`${port} cannot`)],
  ];
  for (const [title, environment, code, says] of wrong) {
    it(`ends with ${code} and one message for ${title}`, async () => {
      const ended = await run(environment);
      assertEquals(ended.code, code, ended.said);
      assertMatch(ended.said, says);
      assertEquals(/\n\s+at |secret/.test(ended.said), false, ended.said);
    });
  }
  afterAll(() => taken.close());

  it("ends although somebody never finishes what he asks", async () => {
    const application = await startApplicationProcess({});
    const { hostname, port } = new URL(application.origin);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const half = "POST /testing/users HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{";
    await connection.write(new TextEncoder().encode(half));
    await (await fetch(`${application.origin}/up`)).body?.cancel(); // by now it has read that
    assertEquals(await application.kill("SIGTERM"), { code: 0, signal: null });
    connection.close();
  });

  it("answers until SIGTERM, and ends with 0", async () => {
    const application = await startApplicationProcess({ APPLICATION_TESTING: "0" });
    assertEquals((await fetch(`${application.origin}/up`)).status, 200);
    const offered = await fetch(`${application.origin}/testing/users`, { method: "POST" });
    assertEquals(offered.status, 404); // only test environments have it
    await offered.body?.cancel();
    assertEquals(await application.kill("SIGTERM"), { code: 0, signal: null });
  });
});
