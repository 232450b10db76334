import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Redis } from "ioredis";
import { startRedis, withoutRedis } from "../../targets/reference/app/testing/redis.ts";
import { redisSource } from "./redis.ts";

const quiet = () => {};

describe("a Redis", { skip: await withoutRedis() }, () => {
  it("tells its memory, its clients and its commands a second", async () => {
    const server = await startRedis();
    const source = redisSource(server.url);
    const client = new Redis(server.url);
    try {
      const { redis: before } = await source.read(quiet);
      assertEquals(before?.commands, undefined, "the first look knows no rate");
      const began = performance.now();
      await client.set("ballast", "x".repeat(10 * 1024 * 1024));
      await Promise.all(Array.from({ length: 500 }, () => client.ping()));
      const { redis: after } = await source.read(quiet);
      const commands = (after?.commands ?? NaN) * (performance.now() - began) / 1000;
      assert(commands > 450 && commands < 650, `${commands} commands of 501 and a few`);
      assert((after?.memory ?? 0) - (before?.memory ?? NaN) > 10 * 1024 * 1024);
      assertEquals(after?.clients, 2, "the test's client and the source's own");
      assertEquals(source.describe(), `Redis at ${new URL(server.url).host}`);
    } finally {
      client.disconnect();
      source.close?.();
      await server.stop();
    }
  });

  it("that has gone is said to have gone, and is read again when it is back", async () => {
    const server = await startRedis();
    const source = redisSource(server.url);
    await source.read(quiet);
    await server.stop();
    await assertRejects(() => source.read(quiet), Error);
    source.close?.();
  });
});
