import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readFileSync } from "node:fs";
import https from "node:https";
import { settingsOf } from "./settings.ts";
import { credentials, startTestServer } from "./testing/server.ts";
import { openSocket } from "./testing/socket.ts";

/** Made for these tests and trusted nowhere else. */
const pem = (name: string) => readFileSync(new URL(`testing/tls/${name}`, import.meta.url), "utf8");
const ca = pem("authority.pem");

describe("a server with a certificate", () => {
  it("serves wss, to apps that insist on it as well, and https (P-001, P-019)", async () => {
    const server = await startTestServer({}, {
      tls: { cert: pem("server.cert.pem"), key: pem("server.key.pem") },
      apps: [settingsOf({ ...credentials, tlsOnly: true })],
    });
    try {
      const socket = openSocket(server.url(), { ca });
      await socket.established();
      socket.subscribe("orders");
      await socket.next("pusher_internal:subscription_succeeded");
      const { host, port } = server.running;
      const status = await new Promise((resolve, reject) => {
        https.get({ host, port, path: "/up", ca }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on("error", reject);
      });
      assertEquals(status, 200);
      socket.ws.close();
      assertEquals((await socket.closed).code, 1005);
    } finally {
      await server.stop();
    }
  });

  it("without one turns away clients of an app that insists on it (P-019)", async () => {
    const server = await startTestServer({ tlsOnly: true });
    try {
      assertEquals((await openSocket(server.url()).closed).code, 4000);
    } finally {
      await server.stop();
    }
  });
});
