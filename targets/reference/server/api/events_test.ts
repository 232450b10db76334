import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { request } from "../testing/request.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";

describe("POST /events", () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer({ subscriptionCount: true });
  });
  afterEach(() => server.stop());
  const post = (body: unknown, path = "/events") => request(server, "POST", path, body);

  it("answers with an empty object (P-235, P-236, P-240, P-246)", async () => {
    assertEquals(await post({ name: "sold", data: "1", channels: ["a"] }), {
      status: 200,
      body: {},
    });
    assertEquals(await post({ name: "sold", data: "1", channel: "a" }), { status: 200, body: {} });
  });

  it("delivers once per channel, but not to the socket left out (P-241 to P-243)", async () => {
    const [ana, bob] = [await server.connect(), await server.connect()];
    for (const socket of [ana, bob]) {
      socket.subscribe("a");
      socket.subscribe("b");
      await socket.settled();
    }
    await post({ name: "sold", data: "1", channels: ["a", "b", "a"], socket_id: bob.socketId });
    await post({ name: "fence", data: "", channel: "a", socket_id: "1.1" });
    for (const socket of [ana, bob]) await socket.next("fence");
    const channelsOf = (socket: typeof ana) =>
      socket.frames.filter(({ event }) => event === "sold").map(({ channel }) => channel);
    assertEquals([channelsOf(ana), channelsOf(bob)], [["a", "b"], []]);
  });

  it("describes the channels that info asks about (P-248 to P-250, P-331)", async () => {
    const socket = await server.connect();
    socket.subscribe("a");
    await server.enter(socket, "presence-a", { user_id: "ana" });
    const channels = ["a", "b", "presence-a"];
    assertEquals(
      await post({ name: "sold", data: "1", channels, info: "user_count,subscription_count" }),
      {
        status: 200,
        body: {
          channels: {
            a: { subscription_count: 1 },
            b: { subscription_count: 0 },
            "presence-a": { user_count: 1, subscription_count: 1 },
          },
        },
      },
    );
  });

  const event = { name: "sold", data: "1", channel: "a" };
  const { name: _name, ...nameless } = event;
  const { data: _data, ...dataless } = event;
  const { channel: _channel, ...channelless } = event;
  const names = (count: number) => Array.from({ length: count }, (_, index) => `c-${index}`);
  const cases: readonly (readonly [string, unknown, number])[] = [
    ["10,240 bytes of data (P-210)", { ...event, data: "x".repeat(10_240) }, 200],
    ["10,241 bytes of data (P-211)", { ...event, data: "x".repeat(10_241) }, 413],
    ["10,242 bytes in 5,121 characters (P-212)", { ...event, data: "é".repeat(5121) }, 413],
    ["empty data", { ...event, data: "" }, 200],
    ["100 channels (P-213)", { ...channelless, channels: names(100) }, 200],
    ["101 channels (P-213)", { ...channelless, channels: names(101) }, 400],
    ["200 characters of name (P-208)", { ...event, name: "n".repeat(200) }, 200],
    ["201 characters of name (P-208)", { ...event, name: "n".repeat(201) }, 400],
    ["164 characters of channel (P-206)", { ...event, channel: "c".repeat(164) }, 200],
    ["165 characters of channel (P-207)", { ...event, channel: "c".repeat(165) }, 400],
    ["a channel with a space (P-205)", { ...event, channel: "a b" }, 400],
    ["no name (P-237)", nameless, 400],
    ["no data (P-238)", dataless, 400],
    ["data that is no string", { ...event, data: { a: 1 } }, 400],
    ["no channel (P-239)", channelless, 400],
    ["no channels (P-239)", { ...channelless, channels: [] }, 400],
    ["a channel that is no string", { ...channelless, channels: [{}] }, 400],
    ["a reserved name (P-035)", { ...event, name: "pusher:ping" }, 400],
    ["another reserved name (P-035)", { ...event, name: "pusher_internal:x" }, 400],
    ["a malformed socket id (P-244)", { ...event, socket_id: "1.1\n" }, 400],
    ["a socket id that is no string (P-244)", { ...event, socket_id: 1.1 }, 400],
    ["an unknown socket id (P-245)", { ...event, socket_id: "1.1" }, 200],
    ["an unknown attribute", { ...event, info: "weather" }, 400],
    ["no object", [event], 400],
    ["nothing", undefined, 400],
  ];
  for (const [name, body, status] of cases) {
    it(`answers ${status} to ${name}`, async () => {
      const response = await post(body);
      assertEquals(response.status, status, JSON.stringify(response.body));
      assert(status === 200 || typeof response.body.error === "string");
    });
  }

  it("answers 400 to a body that is not JSON (P-258)", async () => {
    assertEquals((await request(server, "POST", "/events", "{", { raw: true })).status, 400);
  });

  describe("in batches", () => {
    const batch = (count: number) => ({
      batch: names(count).map((channel, index) => ({ ...event, channel, data: String(index) })),
    });

    it("keeps their order and answers with an empty object (P-252, P-254)", async () => {
      const socket = await server.connect();
      socket.subscribe("a");
      await socket.settled();
      const items = Array.from({ length: 10 }, (_, index) => ({ ...event, data: String(index) }));
      assertEquals(await post({ batch: items }, "/batch_events"), { status: 200, body: {} });
      await post({ ...event, name: "fence" });
      await socket.next("fence");
      const sold = socket.frames.filter(({ event }) => event === "sold").map(({ data }) => data);
      assertEquals(sold, items.map(({ data }) => data));
    });

    it("describes each in its place where one asks (P-253)", async () => {
      const items = [event, { ...event, channel: "presence-a", info: "user_count" }];
      assertEquals(await post({ batch: items }, "/batch_events"), {
        status: 200,
        body: { batch: [{}, { user_count: 0 }] },
      });
    });

    it("is refused whole when one is wrong (P-255)", async () => {
      const socket = await server.connect();
      socket.subscribe("a");
      await socket.settled();
      const { status } = await post({ batch: [event, nameless] }, "/batch_events");
      assertEquals(status, 400);
      await post({ ...event, name: "fence" });
      await socket.next("fence");
      assertEquals(socket.frames.filter(({ event }) => event === "sold"), []);
    });

    it("holds ten and not eleven (P-214)", async () => {
      assertEquals((await post(batch(10), "/batch_events")).status, 200);
      assertEquals((await post(batch(11), "/batch_events")).status, 400);
    });
  });
});
