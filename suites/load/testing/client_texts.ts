/** Reading what clients send, however TCP cuts it. */
import { Buffer } from "node:buffer";

/** Takes bytes as they come; returns the text messages that are whole. Each is of less than 64 kB. */
export function clientTexts(): (bytes: Buffer) => string[] {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const texts: string[] = [];
    for (;;) {
      if (rest.length < 2) return texts;
      const opcode = (rest[0] ?? 0) & 0x0f, short = (rest[1] ?? 0) & 0x7f;
      const head = short === 126 ? 8 : 6; // two bytes, a length of two more, a mask of four
      if (rest.length < head) return texts;
      const length = short === 126 ? rest.readUInt16BE(2) : short;
      if (rest.length < head + length) return texts;
      const mask = rest.subarray(head - 4, head);
      const payload = Buffer.from(rest.subarray(head, head + length));
      for (const [i, byte] of payload.entries()) payload[i] = byte ^ (mask[i & 3] ?? 0);
      if (opcode === 1) texts.push(payload.toString());
      rest = rest.subarray(head + length);
    }
  };
}
