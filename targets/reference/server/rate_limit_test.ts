import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { withServer } from "./testing/server.ts";
import type { TestSocket } from "./testing/socket.ts";

async function say(socket: TestSocket, times: number): Promise<void> {
  for (let n = 0; n < times; n++) socket.send({ event: "pusher:ping" });
  for (let n = 0; n < times; n++) await Promise.race([socket.next("pusher:pong"), socket.closed]);
}

describe("an app with a limit of messages", () => {
  it("refuses with 4301 what one connection says too fast, and nobody else", () =>
    withServer({ rateLimit: { messages: 5, seconds: 60 } }, async (server) => {
      const [fast, other] = [await server.connect(), await server.connect()];
      await say(fast, 5);
      fast.subscribe("orders");
      const { data } = await fast.next("pusher:error");
      assertEquals(JSON.parse(data ?? ""), {
        code: 4301,
        message: "More than 5 messages in 60 seconds",
      });
      await say(other, 5);
      const channels = await server.api.get({ path: "/channels" });
      assertEquals(await channels.json(), { channels: {} });
    }));

  it("ends the connection where it is told to", () =>
    withServer({ rateLimit: { messages: 5, seconds: 60, terminate: true } }, async (server) => {
      const fast = await server.connect();
      await say(fast, 6);
      assertEquals((await fast.closed).code, 4301);
    }));

  it("admits again when the time is over", () =>
    withServer({ rateLimit: { messages: 2, seconds: 0.05 } }, async (server) => {
      const socket = await server.connect();
      await say(socket, 2);
      const startedAt = performance.now();
      while (performance.now() - startedAt < 60) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await say(socket, 1);
    }));
});
