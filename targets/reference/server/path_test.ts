import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import Pusher from "pusher";
import { credentials, startTestServer } from "./testing/server.ts";
import { openSocket } from "./testing/socket.ts";

describe("a server below a path", () => {
  it("has all its paths there, signed as they are sent, and none elsewhere", async () => {
    const server = await startTestServer({}, { path: "/ws" });
    const { host, port } = server.running;
    const socket = openSocket(server.url("/ws/app/app-key?protocol=7"));
    await socket.established();
    const api = new Pusher({
      appId: credentials.id,
      key: credentials.key,
      secret: credentials.secret,
      host,
      port: String(port),
      useTLS: false,
    });
    const path = "/ws/apps/app-id/channels";
    const query = api.createSignedQueryString({ method: "GET", path });
    const statusOf = async (target: string) => {
      const response = await fetch(`http://${host}:${port}${target}`);
      await response.body?.cancel();
      return response.status;
    };
    assertEquals(await statusOf(`${path}?${query}`), 200);
    assertEquals(await statusOf("/ws/up"), 200);
    assertEquals(await statusOf("/up"), 404);
    assertEquals(await statusOf(`/apps/app-id/channels?${query}`), 404);
    assertEquals((await openSocket(server.url()).closed).code, 4005);
    socket.ws.terminate();
    await server.stop();
  });
});
