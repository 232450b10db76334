import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { withServer } from "./testing/server.ts";
import { openSocket } from "./testing/socket.ts";

describe("the connection quota", () => {
  it("turns away with 4004 and gives a freed place at once (P-021, P-022)", () =>
    withServer({ maxConnections: 2 }, async (server) => {
      await server.connect();
      for (let round = 0; round < 100; round++) {
        const last = await server.connect();
        const surplus = openSocket(server.url());
        const { code, reason } = await surplus.closed;
        assertEquals([code, surplus.frames.length], [4004, 0]);
        assert(reason.length > 0);
        last.ws.close();
        await last.closed;
      }
      const response = await server.api.get({ path: "/connections" });
      assertEquals(await response.json(), { connections: 1 });
    }));

  it("tells clients of protocol 5 in an event too (P-059)", () =>
    withServer({ maxConnections: 1 }, async (server) => {
      await server.connect();
      const old = openSocket(server.url("/app/app-key?protocol=5"));
      assertEquals((await old.closed).code, 4004);
      assertEquals(JSON.parse(old.frames[0]?.data ?? "").code, 4004);
    }));
});

describe("a node's capacity", () => {
  it("turns away with 4100, to come back later (P-071)", () =>
    withServer({ capacity: 1 }, async (server) => {
      const first = await server.connect();
      assertEquals((await openSocket(server.url()).closed).code, 4100);
      first.ws.close();
      await first.closed;
      await server.connect();
    }));
});

describe("authorized connections", () => {
  const authorizedConnections = { required: true, timeoutSeconds: 0.2 };

  it("are closed with 4009 when they stay strangers (P-201)", () =>
    withServer({ authorizedConnections }, async (server) => {
      const stranger = await server.connect();
      stranger.subscribe("open");
      await stranger.next("pusher_internal:subscription_succeeded");
      stranger.subscribe("private-a", { auth: "app-key:wrong" });
      assertEquals((await stranger.closed).code, 4009);
    }));

  it("are kept once signed in or admitted by signature, and only then count (P-202, P-203)", () =>
    withServer({ authorizedConnections, maxConnections: 2 }, async (server) => {
      const strangers = [await server.connect(), await server.connect(), await server.connect()];
      const [member, user, surplus] = [
        await server.connect(),
        await server.connect(),
        await server.connect(),
      ];
      await server.enter(member, "private-a");
      user.send({
        event: "pusher:signin",
        data: server.api.authenticateUser(user.socketId, { id: "ana" }),
      });
      await user.next("pusher:signin_success");
      surplus.subscribe("private-a", {
        ...server.api.authorizeChannel(surplus.socketId, "private-a"),
      });
      assertEquals((await surplus.closed).code, 4004);
      for (const stranger of strangers) assertEquals((await stranger.closed).code, 4009);
      await member.settled();
      await user.settled();
    }));
});
