import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { sign, userString } from "./signature.ts";
import { credentials, type TestServer, withServer } from "./testing/server.ts";
import type { TestSocket } from "./testing/socket.ts";

/** Signs any text as user data, which the official library would not. */
function signIn(socket: TestSocket, userData: string): void {
  const signature = sign(credentials.secret, userString(socket.socketId, userData));
  socket.send({
    event: "pusher:signin",
    data: { auth: `${credentials.key}:${signature}`, user_data: userData },
  });
}

async function connectAs(server: TestServer, id: string, more = {}): Promise<TestSocket> {
  const socket = await server.connect();
  socket.send({
    event: "pusher:signin",
    data: server.api.authenticateUser(socket.socketId, { id, ...more }),
  });
  await socket.next("pusher:signin_success");
  return socket;
}

const watched = (frame: { data?: string }) => JSON.parse(frame.data ?? "").events;

describe("signing in", () => {
  it("answers with the very text that was signed, and no signature (P-182 to P-186)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      const userData = '{ "id":"7", "name":"\\u00e9" }';
      signIn(socket, userData);
      const { data = "" } = await socket.next("pusher:signin_success");
      assertEquals(JSON.parse(data), { user_data: userData });
      signIn(socket, '{"id":"7"}');
      await socket.next("pusher:signin_success");
      signIn(socket, '{"id":"8"}');
      await socket.next("pusher:error");
    }));

  for (
    const userData of ["{}", '{"id":""}', '{"id":5}', '"7"', "[]", "", '{"id":"7","watchlist":"8"}']
  ) {
    it(`is refused with user data ${userData} (P-184)`, () =>
      withServer({}, async (server) => {
        const socket = await server.connect();
        signIn(socket, userData);
        await socket.next("pusher:error");
      }));
  }

  it("is refused with another socket's signature (P-188)", () =>
    withServer({}, async (server) => {
      const [ana, eve] = [await server.connect(), await server.connect()];
      eve.send({
        event: "pusher:signin",
        data: server.api.authenticateUser(ana.socketId, { id: "ana" }),
      });
      await eve.next("pusher:error");
    }));

  it("stands in for channel data, unless that is given (P-132)", () =>
    withServer({}, async (server) => {
      const socket = await connectAs(server, "ana", { user_info: { name: "Ana" } });
      const { data = "" } = await server.enter(socket, "presence-a");
      assertEquals(JSON.parse(data).presence.hash, { ana: { name: "Ana" } });
      const other = await server.enter(socket, "presence-b", { user_id: "bob" });
      assertEquals(JSON.parse(other.data ?? "").presence.ids, ["bob"]);
    }));
});

describe("messages to a user", () => {
  it("reach that user's sockets and nobody else (P-191, P-192)", () =>
    withServer({}, async (server) => {
      const [first, second, eve] = [
        await connectAs(server, "ana"),
        await connectAs(server, "ana"),
        await connectAs(server, "eve"),
      ];
      const unsigned = await server.connect();
      for (const socket of [first, second]) {
        socket.subscribe("#server-to-user-ana");
        await socket.next("pusher_internal:subscription_succeeded");
      }
      for (const socket of [eve, unsigned]) {
        socket.subscribe("#server-to-user-ana");
        await socket.next("pusher:error");
      }
      await server.api.sendToUser("ana", "hello", { a: 1 });
      for (const socket of [first, second]) {
        assertEquals((await socket.next("hello")).data, '{"a":1}');
      }
      for (const socket of [eve, unsigned]) {
        const events = (await socket.settled()).map(({ event }) => event);
        assertEquals(events.filter((event) => event === "hello"), []);
      }
    }));
});

describe("terminating a user's connections", () => {
  it("closes those signed in as the user, who may come back (P-193 to P-195)", () =>
    withServer({}, async (server) => {
      const signedIn = [await connectAs(server, "ana"), await connectAs(server, "ana")];
      const namesake = await server.connect();
      await server.enter(namesake, "presence-a", { user_id: "ana" });
      const response = await server.api.terminateUserConnections("ana");
      assertEquals([response.status, await response.json()], [200, {}]);
      for (const socket of signedIn) {
        const { code, reason } = await socket.closed;
        assertEquals(code, 4009);
        assert(reason.length > 0);
      }
      await namesake.settled();
      await connectAs(server, "ana");
    }));
});

describe("a watchlist", () => {
  it("tells who is online and offline, then only what changes (P-196 to P-199)", () =>
    withServer({}, async (server) => {
      await connectAs(server, "ana");
      const watcher = await connectAs(server, "w", { watchlist: ["ana", "bob"] });
      assertEquals(watched(await watcher.next("pusher_internal:watchlist_events")), [
        { name: "online", user_ids: ["ana"] },
        { name: "offline", user_ids: ["bob"] },
      ]);
      const tabs = [await connectAs(server, "bob"), await connectAs(server, "bob")];
      for (const tab of tabs) {
        tab.ws.close();
        await tab.closed;
      }
      assertEquals(watched(await watcher.next("pusher_internal:watchlist_events")), [
        { name: "online", user_ids: ["bob"] },
      ]);
      assertEquals(watched(await watcher.next("pusher_internal:watchlist_events")), [
        { name: "offline", user_ids: ["bob"] },
      ]);
      assertEquals(
        (await watcher.settled()).filter(({ event }) => event.includes("watchlist")).length,
        3,
      );
    }));

  it("keeps the first hundred and says so with 4302 (P-200)", () =>
    withServer({}, async (server) => {
      await connectAs(server, "user-100");
      const watchlist = Array.from({ length: 101 }, (_, index) => `user-${index}`);
      const watcher = await connectAs(server, "w", { watchlist });
      assertEquals(JSON.parse((await watcher.next("pusher:error")).data ?? "").code, 4302);
      const [status] = watched(await watcher.next("pusher_internal:watchlist_events"));
      assertEquals([status.name, status.user_ids], ["offline", watchlist.slice(0, 100)]);
    }));

  it("is left aside where the feature is off (P-196)", () =>
    withServer({ watchlist: false }, async (server) => {
      const watcher = await connectAs(server, "w", { watchlist: ["ana"] });
      await connectAs(server, "ana");
      assertEquals(
        (await watcher.settled()).filter(({ event }) => event.includes("watchlist")),
        [],
      );
    }));
});
