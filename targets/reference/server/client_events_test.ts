import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { withServer } from "./testing/server.ts";

const whisper = (channel: string, event = "client-a", data: unknown = {}) => ({
  event,
  channel,
  data,
});

describe("a client event", () => {
  it("is refused where it may not be sent, and nobody gets it (P-162 to P-164)", () =>
    withServer({}, async (server) => {
      const [ana, eve] = [await server.connect(), await server.connect()];
      for (const socket of [ana, eve]) {
        socket.subscribe("open");
        await server.enter(socket, "private-both");
      }
      await server.enter(ana, "private-anas");
      const refused = [
        whisper("open"),
        whisper("private-anas"),
        whisper("private-nobodys"),
        whisper("private-both", "my-event"),
        whisper("private-both", "client"),
        whisper("private-both", "pusher_internal:member_added"),
        whisper("private-both", `client-${"a".repeat(194)}`),
        whisper("private-both", "client-a", "x".repeat(10_241)),
      ];
      for (const message of refused) {
        eve.send(message);
        await eve.next("pusher:error");
      }
      eve.send(whisper("private-both", "client-fence"));
      await ana.next("client-fence");
      assertEquals(ana.frames.filter(({ event }) => event === "client-a"), []);
    }));

  it("may be disabled (P-161)", () =>
    withServer({ clientEvents: "none" }, async (server) => {
      const [ana, eve] = [await server.connect(), await server.connect()];
      await server.enter(ana, "private-a");
      await server.enter(eve, "private-a");
      eve.send(whisper("private-a"));
      await eve.next("pusher:error");
      await server.api.trigger("private-a", "fence", "");
      await ana.next("fence");
      assertEquals(ana.frames.filter(({ event }) => event === "client-a"), []);
    }));

  it("may be allowed from outside the channel", () =>
    withServer({ clientEvents: "all" }, async (server) => {
      const [ana, bob] = [await server.connect(), await server.connect()];
      await server.enter(ana, "private-a");
      bob.send(whisper("private-a", "client-a", "hello"));
      assertEquals(await ana.next("client-a"), {
        event: "client-a",
        channel: "private-a",
        data: "hello",
      });
    }));

  it("beyond the rate is refused with 4301 for that connection only (P-171, P-172, P-063)", () =>
    withServer({ clientEventsPerSecond: 10 }, async (server) => {
      const [ana, eve] = [await server.connect(), await server.connect()];
      await server.enter(ana, "private-a");
      await server.enter(eve, "private-a");
      for (let index = 0; index < 30; index++) {
        eve.send(whisper("private-a", "client-a", `${index}`));
      }
      const errors = (await eve.settled()).filter(({ event }) => event === "pusher:error");
      assertEquals(JSON.parse(errors[0]?.data ?? "").code, 4301);
      ana.send(whisper("private-a", "client-fence"));
      await eve.next("client-fence");
      const delivered = (await ana.settled()).filter(({ event }) => event === "client-a");
      assertEquals(delivered.length + errors.length, 30);
    }));
});
