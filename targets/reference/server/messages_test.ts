import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readMessage } from "./messages.ts";

describe("a client's message", () => {
  it("may ask to subscribe, with null standing for what is not given", () => {
    assertEquals(
      readMessage('{"event":"pusher:subscribe","data":{"channel":"a","auth":null,"more":1}}'),
      { kind: "subscribe", channel: "a", auth: undefined, channelData: undefined },
    );
  });

  for (const data of ["{}", '""', "null"]) {
    it(`may be a ping with data ${data} (P-041)`, () => {
      assertEquals(readMessage(`{"event":"pusher:ping","data":${data}}`), { kind: "ping" });
    });
  }
  it("may be a ping without data (P-041)", () => {
    assertEquals(readMessage('{"event":"pusher:ping"}'), { kind: "ping" });
  });

  const relayed = { '"{ \\"a\\": 1 }"': '{ "a": 1 }', '{"a":[1]}': '{"a":[1]}', "null": "null" };
  for (const [data, string] of Object.entries(relayed)) {
    it(`may whisper ${data}, which is relayed as a string (P-029, P-169)`, () => {
      assertEquals(readMessage(`{"event":"client-a","channel":"private-a","data":${data}}`), {
        kind: "client-event",
        event: "client-a",
        channel: "private-a",
        data: string,
      });
    });
  }
  it("may whisper nothing (P-170)", () => {
    const message = readMessage('{"event":"client-a","channel":"private-a"}');
    assertEquals(message.kind === "client-event" && message.data, "{}");
  });

  const nonsense = [
    "",
    "{",
    "null",
    "1",
    '"text"',
    "[]",
    '[{"event":"pusher:ping"}]',
    '{"event":"pusher:ping"}\n{"event":"pusher:ping"}',
    "{}",
    '{"event":null}',
    '{"event":{"a":1}}',
    '{"event":"pusher:subscribe"}',
    '{"event":"pusher:subscribe","data":null}',
    '{"event":"pusher:subscribe","data":"{\\"channel\\":\\"a\\"}"}',
    '{"event":"pusher:subscribe","data":{"channel":""}}',
    '{"event":"pusher:subscribe","data":{"channel":["a"]}}',
    '{"event":"pusher:subscribe","data":{"channel":"private-a","auth":{}}}',
    '{"event":"pusher:subscribe","data":{"channel":"presence-a","channel_data":{"user_id":"1"}}}',
    '{"event":"pusher:unsubscribe","data":{}}',
    '{"event":"pusher:signin","data":{"auth":"a"}}',
    '{"event":"client-a"}',
    '{"event":"client-a","channel":{}}',
    '{"event":"client","channel":"private-a"}',
    '{"event":"Client-a","channel":"private-a"}',
    '{"event":"my-event","channel":"private-a"}',
    '{"event":"pusher:nope"}',
    '{"event":"pusher:connection_established"}',
    '{"event":"pusher_internal:member_added","channel":"presence-a","data":"{}"}',
    "[".repeat(90_000),
    // Can be parsed at any depth, but not written again.
    `{"event":"client-a","channel":"private-a","data":${'{"1":['.repeat(9000)}${
      "]}".repeat(9000)
    }}`,
  ];
  for (const text of nonsense) {
    it(`is refused when it is ${text.slice(0, 80)} (P-031 to P-033, P-162)`, () => {
      assertEquals(readMessage(text).kind, "refused");
    });
  }
});
