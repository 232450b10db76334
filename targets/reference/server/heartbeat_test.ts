import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { due } from "./heartbeat.ts";
import { withServer } from "./testing/server.ts";
import { openSocket } from "./testing/socket.ts";

const timeouts = {
  activityTimeoutSeconds: 30,
  pingIntervalSeconds: undefined,
  pongTimeoutSeconds: 10,
};
const idle = { lastActivity: 0, probe: "none", probedAt: 0, protocol: 7 } as const;
const pinged = { ...idle, probe: "ping", probedAt: 30_000 } as const;
const asked = { ...pinged, probe: "event" } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

describe("a silent connection", () => {
  it("is left alone until it has been idle for the activity timeout (P-042)", () => {
    assertEquals(due(idle, 29_999, timeouts), "nothing");
    assertEquals(due(idle, 30_000, timeouts), "ping");
  });

  it("is probed by the interval where one is set", () => {
    assertEquals(due(idle, 1000, { ...timeouts, pingIntervalSeconds: 1 }), "ping");
  });

  it("is asked by event too when the protocol ping stays unanswered (P-044)", () => {
    assertEquals(due(pinged, 34_999, timeouts), "nothing");
    assertEquals(due(pinged, 35_000, timeouts), "event");
    assertEquals(due(asked, 35_001, timeouts), "nothing");
  });

  it("is given up when the pong timeout has passed (P-045)", () => {
    assertEquals(due(asked, 39_999, timeouts), "nothing");
    assertEquals(due(asked, 40_000, timeouts), "no-pong");
    assertEquals(due(pinged, 40_000, timeouts), "no-pong");
  });

  it("is kept for a day when its protocol knows no ping (P-047)", () => {
    const old = { ...pinged, protocol: 4 };
    assertEquals(due(old, DAY_MS - 1, timeouts), "nothing");
    assertEquals(due(old, DAY_MS, timeouts), "inactive");
  });
});

describe("on the wire", () => {
  const short = { pingIntervalSeconds: 0.1, pongTimeoutSeconds: 0.2 };

  it("a mute client is probed both ways and closed with 4201 (P-044, P-045, P-056)", () =>
    withServer(short, async (server) => {
      const mute = openSocket(server.url(), { autoPong: false });
      let pings = 0;
      mute.ws.on("ping", () => pings += 1);
      const { code, reason } = await mute.closed;
      assertEquals(code, 4201);
      assert(reason.length > 0);
      assertEquals(pings, 1);
      assertEquals(mute.frames.map(({ event }) => event), [
        "pusher:connection_established",
        "pusher:ping",
      ]);
    }));

  it("a client that only answers control frames is kept (P-043, P-046)", () =>
    withServer(short, async (server) => {
      const socket = await server.connect();
      let pings = 0;
      await new Promise<void>((resolve) => {
        socket.ws.on("ping", () => {
          pings += 1;
          if (pings === 5) resolve();
        });
      });
      await socket.settled();
      assertEquals(socket.ws.readyState, socket.ws.OPEN);
    }));

  it("a client that only answers pusher:ping is kept (P-046)", () =>
    withServer(short, async (server) => {
      const socket = openSocket(server.url(), { autoPong: false });
      for (let round = 0; round < 3; round++) {
        await socket.next("pusher:ping");
        socket.send({ event: "pusher:pong", data: {} });
      }
      await socket.settled();
      assertEquals(socket.ws.readyState, socket.ws.OPEN);
    }));
});
