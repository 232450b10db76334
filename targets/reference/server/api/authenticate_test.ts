import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { settingsOf } from "../settings.ts";
import { request, type RequestChanges } from "../testing/request.ts";
import { credentials, startTestServer, type TestServer } from "../testing/server.ts";

const now = () => Math.floor(Date.now() / 1000);
const event = { name: "sold", data: "1", channel: "a" };

describe("an API request", () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer({}, {
      apps: [
        settingsOf(credentials),
        settingsOf({ id: "other", key: "other-key", secret: "other-secret" }),
        settingsOf({ id: "off", key: "off-key", secret: "off-secret", enabled: false }),
      ],
    });
  });
  afterEach(() => server.stop());

  const accepted: readonly (readonly [string, RequestChanges])[] = [
    ["as the documents say", {}],
    ["590 seconds old (P-219)", { query: { auth_timestamp: String(now() - 590) } }],
    ["590 seconds early (P-219)", { query: { auth_timestamp: String(now() + 590) } }],
    ["with capitals in a key (P-224)", { query: { Filter_By_Prefix: "a" } }],
    ["with values that need escaping (P-225)", { query: { filter_by_prefix: "a@b,c;d e&f=g" } }],
  ];
  for (const [name, changes] of accepted) {
    it(`is accepted ${name}`, async () => {
      assertEquals((await request(server, "GET", "/channels", undefined, changes)).status, 200);
    });
  }

  const refused: readonly (readonly [string, RequestChanges])[] = [
    ["without auth_key (P-217)", { query: { auth_key: undefined } }],
    ["without auth_timestamp (P-217)", { query: { auth_timestamp: undefined } }],
    ["without auth_version (P-217)", { query: { auth_version: undefined } }],
    ["without auth_signature (P-217)", { query: { auth_signature: undefined } }],
    ["with another key and the right secret (P-218)", { query: { auth_key: "other-key" } }],
    ["610 seconds old (P-219)", { query: { auth_timestamp: String(now() - 610) } }],
    ["610 seconds early (P-219)", { query: { auth_timestamp: String(now() + 610) } }],
    ["with a time in words (P-219)", { query: { auth_timestamp: "now" } }],
    ["of version 2.0 (P-220)", { query: { auth_version: "2.0" } }],
    ["with another secret (P-223)", { signedAs: { secret: "guess" } }],
    ["signed for another method (P-228)", { signedAs: { method: "POST" } }],
    ["signed for another path (P-227)", { signedAs: { path: "/apps/app-id/events" } }],
    ["with a parameter added after signing (P-224)", { unsigned: { info: "user_count" } }],
    ["with a signature that is no signature", { query: { auth_signature: "é" } }],
    ["to another app (P-231)", { appId: "other" }],
  ];
  for (const [name, changes] of refused) {
    it(`is refused ${name}`, async () => {
      const { status, body } = await request(server, "GET", "/channels", undefined, changes);
      assertEquals(status, 401);
      assert(body.error.length > 0); // P-230
    });
  }

  const bodies: readonly (readonly [string, RequestChanges])[] = [
    ["without body_md5 (P-221)", { query: { body_md5: undefined } }],
    ["with another body's MD5 (P-222)", { query: { body_md5: "0".repeat(32) } }],
  ];
  for (const [name, changes] of bodies) {
    it(`is refused ${name}, and not carried out`, async () => {
      const socket = await server.connect();
      socket.subscribe("a");
      await socket.settled();
      assertEquals((await request(server, "POST", "/events", event, changes)).status, 401);
      await request(server, "POST", "/events", { ...event, name: "fence" });
      await socket.next("fence");
      assertEquals(socket.frames.filter(({ event }) => event === "sold"), []);
    });
  }

  it("may sign the path as it sends it, or as it is meant (P-227)", async () => {
    const encoded = "/channels/private-a%40b%2Cc%3Bd%3De";
    const decoded = "/apps/app-id/channels/private-a@b,c;d=e";
    for (const path of [`/apps/app-id${encoded}`, decoded]) {
      const answer = await request(server, "GET", encoded, undefined, { signedAs: { path } });
      assertEquals(answer, { status: 200, body: { occupied: false } });
    }
  });

  it("to an unknown app is 404, to a disabled one 403 (P-232, P-257)", async () => {
    assertEquals(
      (await request(server, "GET", "/channels", undefined, { appId: "x" })).status,
      404,
    );
    const off = {
      appId: "off",
      query: { auth_key: "off-key" },
      signedAs: { secret: "off-secret" },
    };
    assertEquals((await request(server, "POST", "/events", event, off)).status, 403);
  });

  it("to an unknown path is 404, by another method 405", async () => {
    assertEquals((await request(server, "GET", "/weather")).status, 404);
    assertEquals((await request(server, "GET", "/events")).status, 405);
  });

  it("is not needed to ask for health", async () => {
    const { host, port } = server.running;
    const response = await fetch(`http://${host}:${port}/up`);
    assertEquals(await response.json(), { health: "OK" });
  });
});
