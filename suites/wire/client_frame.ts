/** A WebSocket frame as a client sends it, for what no library lets out of its hands: its bytes. */
import { randomBytes } from "node:crypto";

const FINAL_TEXT = 0x81;
const MASKED = 0x80;

/** A whole text message in one frame, masked (RFC 6455 §5.2 and §5.3). */
export function clientFrame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const { length } = payload;
  const lengths = length < 126
    ? [MASKED | length]
    : length < 65_536
    ? [MASKED | 126, length >> 8, length & 0xff]
    : [
      MASKED | 127,
      0,
      0,
      0,
      0,
      length >>> 24,
      length >> 16 & 0xff,
      length >> 8 & 0xff,
      length & 0xff,
    ];
  const mask = randomBytes(4);
  const masked = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return new Uint8Array([FINAL_TEXT, ...lengths, ...mask, ...masked]);
}
