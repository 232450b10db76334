import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { bodyMd5, signChannel, signRequest, signUser, signWebhook } from "./signature.ts";

const app = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };
const socket = "1234.1234";

describe("the client's signatures match the golden vectors", () => {
  it("V1: an event published over HTTP", () => {
    const body = '{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}';
    assertEquals(bodyMd5(body), "ec365a775a4cd0599faeb73354201b6f");
    const query = {
      auth_key: app.key,
      auth_timestamp: "1353088179",
      auth_version: "1.0",
      body_md5: bodyMd5(body),
    };
    assertEquals(
      signRequest(app.secret, "POST", "/apps/3/events", query),
      "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c",
    );
  });

  it("V2: a query with parameters of its own", () => {
    const query = {
      info: "user_count",
      filter_by_prefix: "presence-",
      auth_key: app.key,
      auth_timestamp: "1353088179",
      auth_version: "1.0",
    };
    assertEquals(
      signRequest(app.secret, "GET", "/apps/3/channels", query),
      "16819168891cb5dfd72b5c7a5d3d602605b26c6ba1930033b5e2eeeb65010291",
    );
  });

  it("V3: a user signing in", () => {
    assertEquals(
      signUser(app, socket, '{"id":"12345"}'),
      `${app.key}:4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba`,
    );
  });

  for (
    const [vector, channel, channelData, hex] of [
      [
        "V4",
        "private-foobar",
        undefined,
        "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4",
      ],
      [
        "V4b",
        "private-a_b-c=d@e,f.g;h",
        undefined,
        "9cabeeae60701bf8e0ea726f159ef9583e590e165be37e69c9afc5907de9c341",
      ],
      [
        "V5",
        "presence-foobar",
        '{"user_id":10,"user_info":{"name":"Mr. Channels"}}',
        "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80",
      ],
      [
        "V5b",
        "presence-foobar",
        '{"user_id":"10"}',
        "f84515574e2196bb5d8554cc21e73bead300b66128c7d8c496723cb729a209c8",
      ],
    ] as const
  ) {
    it(`${vector}: a socket joining ${channel}`, () => {
      assertEquals(signChannel(app, socket, channel, channelData), `${app.key}:${hex}`);
    });
  }

  it("V7: a webhook body", () => {
    const body =
      '{"time_ms":1327078148132,"events":[{"name":"channel_occupied","channel":"my-channel"}]}';
    assertEquals(
      signWebhook(app.secret, body),
      "c19001ae3963ccb13bf618e5b16ba9848e7e74df0993aa0689168e341c6833cf",
    );
  });
});
