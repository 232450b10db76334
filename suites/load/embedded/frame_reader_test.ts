import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Broken, clientFrame, FrameReader, MAX_MESSAGE, OPCODE } from "./frame_reader.ts";

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** A frame as a server sends it: not masked. */
function served(first: number, payload: string): Uint8Array {
  const bytes = encoder.encode(payload), { length } = bytes;
  const head = length <= 125
    ? [first, length]
    : length <= 0xffff
    ? [first, 126, length >> 8, length & 0xff]
    : [
      first,
      127,
      0,
      0,
      0,
      0,
      length >>> 24,
      length >> 16 & 0xff,
      length >> 8 & 0xff,
      length & 0xff,
    ];
  return Uint8Array.from([...head, ...bytes]);
}

/** What is read of bytes that come in pieces, through one buffer that each overwrites. */
function read(stream: Uint8Array, size: number, reader = new FrameReader()): [number, string][] {
  const messages: [number, string][] = [];
  const buffer = new Uint8Array(size + 50).fill(0x81);
  for (let at = 0; at < stream.length; at += size) {
    const piece = stream.subarray(at, at + size);
    buffer.set(piece);
    reader.feed(buffer, piece.length, (opcode, bytes, from, to) => {
      messages.push([opcode, decoder.decode(bytes.subarray(from, to))]);
    });
  }
  return messages;
}

const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((p) => [...p]));

describe("the frames of a server", () => {
  it("are the same messages, however the bytes are cut", () => {
    const long = "a".repeat(300), longer = "b".repeat(70_000);
    const stream = joined([
      served(0x81, "one"),
      served(0x89, "ping"),
      served(0x81, long),
      served(0x01, "frag"),
      served(0x8a, "between"),
      served(0x00, "men"),
      served(0x80, "ted"),
      served(0x82, longer),
      served(0x81, ""),
      served(0x88, "\x03bye"),
    ]);
    for (const size of [1, 2, 3, 7, 100, 4096, stream.length]) {
      assertEquals(read(stream, size), [
        [OPCODE.text, "one"],
        [OPCODE.ping, "ping"],
        [OPCODE.text, long],
        [OPCODE.pong, "between"],
        [OPCODE.text, "fragmented"],
        [OPCODE.binary, longer],
        [OPCODE.text, ""],
        [OPCODE.close, "\x03bye"],
      ], `cut in ${size}`);
    }
  });

  it("end the line where they break RFC 6455", () => {
    const faults: Readonly<Record<string, readonly Uint8Array[]>> = {
      "a masked frame": [Uint8Array.of(0x81, 0x81, 1, 2, 3, 4, 5)],
      "a reserved bit": [served(0xc1, "x")],
      "a reserved opcode": [served(0x83, "x")],
      "a fragmented control frame": [served(0x09, "x")],
      "a long control frame": [served(0x89, "x".repeat(126))],
      "a continuation of nothing": [served(0x80, "x")],
      "a text within a fragment": [served(0x01, "x"), served(0x81, "y")],
      "an endless frame": [
        Uint8Array.of(0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      ],
    };
    for (const stream of Object.values(faults)) {
      assertThrows(() => read(joined(stream), 1000), Broken);
    }
  });

  it("take no more memory than a message may, in fragments of nothing either", () => {
    const reader = new FrameReader();
    read(served(0x01, "x"), 100, reader);
    const empty = joined(Array.from({ length: 1000 }, () => served(0x00, "")));
    for (let i = 0; i < 20; i++) assertEquals(read(empty, 2000, reader), []);
    const fragment = served(0x00, "x".repeat(60_000));
    assertThrows(
      () => {
        for (let sum = 0; sum <= MAX_MESSAGE; sum += 60_000) read(fragment, 65_536, reader);
      },
      Broken,
      `a message of more than ${MAX_MESSAGE} bytes`,
    );
  });
});

describe("the frames of a client", () => {
  it("are masked, and read as what was sent once they are not", () => {
    for (const size of [0, 1, 5, 125, 126, 65_535, 65_536]) {
      const payload = "p".repeat(size), frame = clientFrame(OPCODE.text, encoder.encode(payload));
      const head = frame.length - size;
      const mask = frame.slice(head - 4, head);
      assertEquals((frame[1] ?? 0) & 0x80, 0x80, `${size} bytes`);
      frame[1] = (frame[1] ?? 0) & 0x7f;
      const open = frame.slice(head).map((byte, i) => byte ^ (mask[i & 3] ?? 0));
      const bare = joined([frame.slice(0, head - 4), open]);
      assertEquals(read(bare, 1_000_000), [[OPCODE.text, payload]], `${size} bytes`);
    }
  });
});
