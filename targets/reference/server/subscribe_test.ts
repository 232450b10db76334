import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { credentials, withServer } from "./testing/server.ts";
import { channelString, sign } from "./signature.ts";

const succeeded = "pusher_internal:subscription_succeeded";

describe("subscribing", () => {
  it("is confirmed once each time, and delivers once however often (P-076, P-086)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      socket.subscribe("orders");
      socket.subscribe("orders");
      await socket.next(succeeded);
      await socket.next(succeeded);
      await server.api.trigger("orders", "sold", "1");
      await server.api.trigger("orders", "fence", "2");
      await socket.next("fence");
      assertEquals(socket.frames.filter(({ event }) => event === "sold").length, 1);
    }));

  it("ends with the last word of a burst (P-087)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      const leave = (channel: string) =>
        socket.send({ event: "pusher:unsubscribe", data: { channel } });
      for (let round = 0; round < 200; round++) {
        socket.subscribe("in");
        leave("in");
        socket.subscribe("in");
        socket.subscribe("out");
        leave("out");
      }
      leave("never-joined");
      await socket.settled();
      const response = await server.api.get({ path: "/channels" });
      assertEquals(await response.json(), { channels: { in: {} } });
    }));

  it("is undone for every channel when the socket closes (P-079, P-088)", () =>
    withServer({}, async (server) => {
      const [socket, witness] = [await server.connect(), await server.connect()];
      for (let index = 0; index < 1000; index++) socket.subscribe(`orders-${index}`);
      await server.enter(witness, "presence-a", { user_id: "w" });
      await socket.settled();
      await server.enter(socket, "presence-a", { user_id: "s" });
      const before = await server.api.get({ path: "/channels" });
      assertEquals(Object.keys((await before.json()).channels).length, 1001);
      socket.ws.close();
      await witness.next("pusher_internal:member_removed");
      const after = await server.api.get({ path: "/channels" });
      assertEquals(await after.json(), { channels: { "presence-a": {} } });
    }));

  it("to a private channel with a wrong signature is refused, and nothing else is lost (P-095 to P-103)", () =>
    withServer({}, async (server) => {
      const [ana, eve] = [await server.connect(), await server.connect()];
      const channel = "private-orders";
      const forms = [
        undefined,
        "",
        "no-colon",
        `${credentials.key}:${"0".repeat(64)}`,
        `other:${sign(credentials.secret, channelString(eve.socketId, channel))}`,
        server.api.authorizeChannel(ana.socketId, channel).auth,
        server.api.authorizeChannel(eve.socketId, "private-others").auth,
        7,
        { toString: 1 },
      ];
      eve.subscribe("open");
      await eve.next(succeeded);
      for (const auth of forms) {
        eve.subscribe(channel, { auth });
        const error = await eve.next("pusher:error");
        const data = JSON.parse(error.data ?? "");
        assertEquals([typeof data.message, data.code], ["string", undefined]);
      }
      await server.enter(ana, channel);
      await server.api.trigger([channel, "open"], "sold", "{}");
      assertEquals((await ana.next("sold")).channel, channel);
      assertEquals((await eve.next("sold")).channel, "open");
      assertEquals(
        eve.frames.filter((frame) => frame.channel === channel && frame.event === "sold"),
        [],
      );
    }));

  it("accepts every legal character and the longest name (P-205, P-206)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      await server.enter(socket, "private-a_b-c=d@e,f.g;h");
      const longest = `private-${"a".repeat(164 - 8)}`;
      await server.enter(socket, longest);
      await server.api.trigger(longest, "sold", "1");
      await socket.next("sold");
    }));

  it("is refused for a bad or overlong name (P-091, P-207)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      for (const name of ["a b", "a/b", "é", "a\n", "a".repeat(165), "#server-to-user-7", "#x"]) {
        socket.subscribe(name);
        await socket.next("pusher:error");
      }
      const response = await server.api.get({ path: "/channels" });
      assertEquals(await response.json(), { channels: {} });
    }));

  it("ends at the most channels a connection may have, not short of it (P-082)", () =>
    withServer({ maxSubscriptions: 3 }, async (server) => {
      const socket = await server.connect();
      for (const channel of ["a", "b", "c", "d"]) socket.subscribe(channel);
      await socket.next("pusher:error");
      const confirmed = socket.frames.filter(({ event }) => event === succeeded);
      assertEquals(confirmed.map(({ channel }) => channel), ["a", "b", "c"]);
    }));
});
