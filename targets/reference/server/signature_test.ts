import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  channelString,
  isAuthorizedBy,
  isSignedBy,
  md5,
  requestString,
  sign,
  userString,
} from "./signature.ts";

const app = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };
const socketId = "1234.1234";
const bytes = (text: string) => new TextEncoder().encode(text);

describe("signatures agree with the golden vectors", () => {
  it("V1: a POST with a body", () => {
    const body = bytes('{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}');
    assertEquals(md5(body), "ec365a775a4cd0599faeb73354201b6f");
    const query = new Map([
      ["auth_version", "1.0"],
      ["auth_timestamp", "1353088179"],
      ["auth_key", app.key],
      ["body_md5", md5(body)],
    ]);
    assertEquals(
      sign(app.secret, requestString("POST", "/apps/3/events", query)),
      "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c",
    );
  });

  it("V2: a GET, whose own signature is left out of what is signed", () => {
    const query = new Map([
      ["info", "user_count"],
      ["filter_by_prefix", "presence-"],
      ["auth_signature", "whatever"],
      ["auth_key", app.key],
      ["auth_timestamp", "1353088179"],
      ["auth_version", "1.0"],
    ]);
    assertEquals(
      sign(app.secret, requestString("get", "/apps/3/channels", query)),
      "16819168891cb5dfd72b5c7a5d3d602605b26c6ba1930033b5e2eeeb65010291",
    );
  });

  const vectors = {
    V3: [
      userString(socketId, '{"id":"12345"}'),
      "4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba",
    ],
    V4: [
      channelString(socketId, "private-foobar"),
      "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4",
    ],
    V4b: [
      channelString(socketId, "private-a_b-c=d@e,f.g;h"),
      "9cabeeae60701bf8e0ea726f159ef9583e590e165be37e69c9afc5907de9c341",
    ],
    V5: [
      channelString(
        socketId,
        "presence-foobar",
        '{"user_id":10,"user_info":{"name":"Mr. Channels"}}',
      ),
      "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80",
    ],
    V5b: [
      channelString(socketId, "presence-foobar", '{"user_id":"10"}'),
      "f84515574e2196bb5d8554cc21e73bead300b66128c7d8c496723cb729a209c8",
    ],
    V7: [
      '{"time_ms":1327078148132,"events":[{"name":"channel_occupied","channel":"my-channel"}]}',
      "c19001ae3963ccb13bf618e5b16ba9848e7e74df0993aa0689168e341c6833cf",
    ],
  } as const;
  for (const [name, [message, signature]] of Object.entries(vectors)) {
    it(name, () => assertEquals(sign(app.secret, message), signature));
  }
});

describe("an authorization", () => {
  const message = channelString(socketId, "private-foobar");
  const signature = sign(app.secret, message);

  it("is the app's key, a colon and the signature", () => {
    assert(isAuthorizedBy(app, message, `${app.key}:${signature}`));
  });

  const forgeries = {
    "another app's key": `other:${signature}`,
    "no key": `:${signature}`,
    "no colon": signature,
    "two colons": `${app.key}::${signature}`,
    "a trailing newline": `${app.key}:${signature}\n`,
    "one digit changed": `${app.key}:${signature.slice(0, -1)}${
      signature.endsWith("4") ? "5" : "4"
    }`,
    "half a signature": `${app.key}:${signature.slice(0, 32)}`,
    "upper-case digits": `${app.key}:${signature.toUpperCase()}`,
    "nothing": "",
  };
  for (const [name, auth] of Object.entries(forgeries)) {
    it(`is refused with ${name}`, () => assert(!isAuthorizedBy(app, message, auth)));
  }

  it("signs exactly one message", () => {
    assert(!isSignedBy(app.secret, channelString(socketId, "private-foobaz"), signature));
    assert(!isSignedBy(app.secret, channelString("1234.1235", "private-foobar"), signature));
  });
});
