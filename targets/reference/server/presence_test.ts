import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { channelString, sign } from "./signature.ts";
import { credentials, withServer } from "./testing/server.ts";

const succeeded = "pusher_internal:subscription_succeeded";

describe("presence", () => {
  const channel = "presence-room";

  it("counts users, not connections (P-115 to P-124, P-270)", () =>
    withServer({}, async (server) => {
      const [watcher, first, second] = [
        await server.connect(),
        await server.connect(),
        await server.connect(),
      ];
      await server.enter(watcher, channel, { user_id: "w" });
      await server.enter(first, channel, { user_id: "ana", user_info: { name: "Ana" } });
      const snapshot = await server.enter(second, channel, { user_id: "ana" });
      assertEquals(JSON.parse(snapshot.data ?? ""), {
        presence: { ids: ["w", "ana"], hash: { w: null, ana: { name: "Ana" } }, count: 2 },
      });
      const users = await server.api.get({ path: `/channels/${channel}/users` });
      assertEquals(await users.json(), { users: [{ id: "w" }, { id: "ana" }] });
      first.ws.terminate();
      await first.closed;
      second.send({ event: "pusher:unsubscribe", data: { channel } });
      const removed = await watcher.next("pusher_internal:member_removed");
      assertEquals(removed.data, '{"user_id":"ana"}');
      assertEquals(
        (await watcher.settled()).filter(({ event }) => event.startsWith("pusher_internal:member"))
          .map(({ event }) => event),
        ["pusher_internal:member_added", "pusher_internal:member_removed"],
      );
      assertEquals(
        first.frames.concat(second.frames).filter(({ event }) => event.includes("member_")),
        [],
      );
    }));

  it("takes users whose ids are words of the language", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      const other = await server.connect();
      await server.enter(other, channel, { user_id: "constructor", user_info: { a: 1 } });
      const { data = "" } = await server.enter(socket, channel, { user_id: "__proto__" });
      const { presence } = JSON.parse(data);
      assertEquals(presence.ids, ["constructor", "__proto__"]);
      assertEquals(Object.keys(presence.hash), ["constructor", "__proto__"]);
    }));

  const members: readonly (readonly [string, unknown, boolean])[] = [
    ["a number as user id (P-114)", { user_id: 2 ** 53 - 1 }, true],
    ["128 characters of user id (P-131)", { user_id: "u".repeat(128) }, true],
    ["129 characters of user id (P-131)", { user_id: "u".repeat(129) }, false],
    ["1,024 bytes of user info (P-131)", { user_id: "u", user_info: "x".repeat(1022) }, true],
    ["1,025 bytes of user info (P-131)", { user_id: "u", user_info: "x".repeat(1023) }, false],
    ["no user id (P-113)", { user_info: {} }, false],
    ["an empty user id (P-113)", { user_id: "" }, false],
    ["an object as user id (P-113)", { user_id: {} }, false],
    ["no object at all (P-113)", ["u"], false],
  ];
  for (const [name, member, admitted] of members) {
    it(`${admitted ? "admits" : "refuses"} ${name}`, () =>
      withServer({}, async (server) => {
        const socket = await server.connect();
        const channelData = JSON.stringify(member);
        const signature = sign(
          credentials.secret,
          channelString(socket.socketId, channel, channelData),
        );
        socket.subscribe(channel, {
          auth: `${credentials.key}:${signature}`,
          channel_data: channelData,
        });
        await socket.next(admitted ? succeeded : "pusher:error");
      }));
  }

  it("refuses channel data that was altered, or is missing (P-110 to P-112)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      const signed = server.api.authorizeChannel(socket.socketId, channel, { user_id: "ana" });
      socket.subscribe(channel, { ...signed, channel_data: '{"user_id":"eve"}' });
      await socket.next("pusher:error");
      socket.subscribe(channel, { ...signed, channel_data: ' {"user_id":"ana"}' });
      await socket.next("pusher:error");
      socket.subscribe(channel, { ...server.api.authorizeChannel(socket.socketId, channel) });
      await socket.next("pusher:error");
    }));

  it("has room for so many users, and any number of their connections (P-129, P-130)", () =>
    withServer({ maxPresenceMembers: 2 }, async (server) => {
      const sockets = await Promise.all([1, 2, 3, 4].map(() => server.connect()));
      const [ana, bob, anaAgain, eve] = sockets;
      assert(ana && bob && anaAgain && eve);
      await server.enter(ana, channel, { user_id: "ana" });
      await server.enter(bob, channel, { user_id: "bob" });
      await server.enter(anaAgain, channel, { user_id: "ana" });
      eve.subscribe(channel, {
        ...server.api.authorizeChannel(eve.socketId, channel, { user_id: "eve" }),
      });
      await eve.next("pusher:error");
      await server.api.trigger(channel, "sold", "1");
      await ana.next("sold");
      assertEquals((await eve.settled()).filter(({ event }) => event === "sold"), []);
    }));
});
