import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { errorFrame, eventFrame, textFrame } from "./frames.ts";

/** The payload of an unmasked text frame, read as RFC 6455 §5.2 says. */
function payloadOf(frame: Uint8Array): string {
  assertEquals(frame[0], 0x81);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const short = frame[1] ?? 0;
  const [length, start] = short < 126
    ? [short, 2]
    : short === 126
    ? [view.getUint16(2), 4]
    : [Number(view.getBigUint64(2)), 10];
  assertEquals(frame.length, start + length);
  return new TextDecoder().decode(frame.subarray(start));
}

describe("a text frame", () => {
  for (const length of [0, 125, 126, 65_535, 65_536]) {
    it(`carries ${length} bytes`, () => {
      const text = "x".repeat(length);
      assertEquals(payloadOf(textFrame(text)), text);
    });
  }

  it("counts bytes, not characters", () => {
    const text = "é".repeat(100);
    assertEquals(payloadOf(textFrame(text)), text);
  });
});

describe("an event frame", () => {
  it("holds data as a string and nothing that was not given", () => {
    const frame = eventFrame({ event: "sold", channel: "lot", data: '{"id":1}' });
    assertEquals(payloadOf(frame), '{"event":"sold","channel":"lot","data":"{\\"id\\":1}"}');
  });
});

describe("an error frame", () => {
  it("has no code unless the protocol has one that keeps the connection open (P-058, P-063)", () => {
    assertEquals(
      JSON.parse(payloadOf(errorFrame({ message: "no" }))),
      { event: "pusher:error", data: '{"message":"no"}' },
    );
    assertEquals(
      JSON.parse(payloadOf(errorFrame({ message: "slower", code: 4301, channel: "private-a" }))),
      { event: "pusher:error", channel: "private-a", data: '{"code":4301,"message":"slower"}' },
    );
  });
});
