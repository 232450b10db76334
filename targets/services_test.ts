import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { CannotStart } from "./start.ts";
import { startServices } from "./services.ts";
import { withoutDocker } from "./testing/docker.ts";

const redis = {
  image: "redis:7",
  port: 6379,
  environment: {},
  ready: { log: "Ready to accept connections", times: 1 },
};

/** What a Redis answers to one line. */
async function ask(port: number, line: string): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    await connection.write(new TextEncoder().encode(`${line}\r\n`));
    const answer = new Uint8Array(256);
    return new TextDecoder().decode(answer.subarray(0, await connection.read(answer) ?? 0));
  } finally {
    connection.close();
  }
}

describe("services", { skip: await withoutDocker() }, () => {
  it("are containers that can be used once they have started, and are gone afterwards", async () => {
    const services = await startServices({ queue: redis, other: redis }, "A test");
    const { queue, other } = services.at;
    try {
      assertEquals(await ask(queue?.port ?? 0, "PING"), "+PONG\r\n");
      assertEquals(await ask(other?.port ?? 0, "PING"), "+PONG\r\n");
    } finally {
      await services.stop();
    }
    await assertRejects(() => ask(queue?.port ?? 0, "PING"));
  });

  it("that somebody else has removed meanwhile are stopped all the same", async () => {
    const services = await startServices({ queue: redis }, "A test");
    const { container = "" } = services.at.queue ?? {};
    await new Deno.Command("docker", { args: ["rm", "-f", container], stdout: "null" }).output();
    await services.stop();
  });

  it("that cannot be had are said with the image's name, and none is left running", async () => {
    const nowhere = { ...redis, image: "plumbline.invalid/no-such-image:1" };
    const error = await assertRejects(
      () => startServices({ queue: redis, nowhere }, "A test"),
      CannotStart,
    );
    assertMatch(error.message, /A test needs containers \(redis:7, plumbline\.invalid/);
  });
});
