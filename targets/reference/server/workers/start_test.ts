import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { openSocket, type TestSocket } from "../testing/socket.ts";

/** With sixteen sockets, all on one of two workers once in 32,768 runs. */
const SOCKETS = 16;

async function withWorkers(
  story: (server: TestServer, sockets: readonly TestSocket[]) => Promise<void>,
): Promise<void> {
  const server = await startTestServer({}, { workers: 2 });
  try {
    const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => server.connect()));
    await story(server, sockets);
  } finally {
    await server.stop();
  }
}

const settled = (sockets: readonly TestSocket[]) =>
  Promise.all(sockets.map((socket) => socket.settled()));

describe("a server of two workers", () => {
  it("tells every member of every other, in the same words as one of one (P-115 to P-121)", () =>
    withWorkers(async (server, sockets) => {
      for (const [at, socket] of sockets.entries()) {
        const { data } = await server.enter(socket, "presence-room", {
          user_id: `user-${at}`,
          user_info: {},
        });
        assertEquals(JSON.parse(data ?? "").presence.count, at + 1);
      }
      const last = sockets.at(-1);
      last?.ws.close();
      await last?.closed;
      for (const [at, socket] of sockets.slice(0, -1).entries()) {
        await socket.next("pusher_internal:member_removed");
        const added = socket.frames.filter(({ event }) => event === "pusher_internal:member_added");
        const users = added.map(({ data }) => JSON.parse(data ?? "").user_id);
        const later = Array.from({ length: SOCKETS - at - 1 }, (_, n) => `user-${at + n + 1}`);
        assertEquals(users, later); // in the order they came
      }
      const answer = await server.api.get({ path: "/channels/presence-room/users" });
      assertEquals((await answer.json()).users.length, SOCKETS - 1);
    }));

  it("delivers an event to all but the one that is left out, in the order of publishing", () =>
    withWorkers(async (server, sockets) => {
      for (const socket of sockets) {
        socket.subscribe("orders");
        await socket.next("pusher_internal:subscription_succeeded");
      }
      const [first] = sockets;
      for (let n = 0; n < 50; n++) {
        await server.api.trigger("orders", "Shipped", { n }, { socket_id: first?.socketId ?? "" });
      }
      await server.api.trigger("orders", "Fence", {});
      await Promise.all(sockets.map((socket) => socket.next("Fence")));
      for (const socket of sockets) {
        const got = socket.frames.filter(({ event }) => event === "Shipped")
          .map(({ data }) => JSON.parse(data ?? "").n);
        assertEquals(got, socket === first ? [] : Array.from({ length: 50 }, (_, n) => n));
      }
    }));

  it("knows who speaks in a whisper, and who is signed in anywhere", () =>
    withWorkers(async (server, sockets) => {
      for (const [at, socket] of sockets.entries()) {
        await server.enter(socket, "presence-room", { user_id: `user-${at}`, user_info: {} });
        const signedIn = server.api.authenticateUser(socket.socketId, { id: `user-${at % 2}` });
        socket.send({ event: "pusher:signin", data: signedIn });
        await socket.next("pusher:signin_success");
      }
      sockets[0]?.send({ event: "client-typing", channel: "presence-room", data: "{}" });
      for (const socket of sockets.slice(1)) {
        assertEquals((await socket.next("client-typing")).user_id, "user-0");
      }
      await server.api.terminateUserConnections("user-1");
      await Promise.all(sockets.filter((_, at) => at % 2 === 1).map(({ closed }) => closed));
      await settled(sockets.filter((_, at) => at % 2 === 0));
    }));

  it("keeps one count of what is limited", async () => {
    const server = await startTestServer({ maxConnections: 5 }, { workers: 2 });
    try {
      const sockets = Array.from({ length: SOCKETS }, () => openSocket(server.url()));
      const outcomes = await Promise.all(sockets.map((socket) =>
        Promise.race([
          socket.next("pusher:connection_established").then(() => 0),
          socket.closed.then(({ code }) => code),
        ])
      ));
      for (const { ws } of sockets) ws.terminate();
      assertEquals(outcomes.filter((code) => code === 0).length, 5);
      assertEquals(outcomes.filter((code) => code === 4004).length, SOCKETS - 5);
    } finally {
      await server.stop();
    }
  });

  it("sends everybody away to come back at once when it stops (P-072)", async () => {
    const server = await startTestServer({}, { workers: 2 });
    const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => server.connect()));
    await server.running.stop();
    const codes = await Promise.all(sockets.map(async ({ closed }) => (await closed).code));
    assert(codes.every((code) => code === 4200), codes.join());
  });

  it("says why it cannot listen", async () => {
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr as Deno.NetAddr; // a TCP listener's address
    await assertRejects(() => startTestServer({}, { workers: 2, port }), Error, "in use");
    taken.close();
  });
});
