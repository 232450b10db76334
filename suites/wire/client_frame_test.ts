import { assertEquals } from "@std/assert";
import { clientFrame } from "./client_frame.ts";

/** What a server reads out of one masked frame. */
function unmasked(frame: Uint8Array, header: number): string {
  const mask = frame.subarray(header, header + 4);
  return new TextDecoder().decode(
    frame.subarray(header + 4).map((byte, at) => byte ^ (mask[at % 4] ?? 0)),
  );
}

Deno.test("a frame of every length says how long it is, and holds the text masked", () => {
  for (const [length, header] of [[0, 2], [125, 2], [126, 4], [65_535, 4], [65_536, 10]] as const) {
    const text = "é".repeat(Math.floor(length / 2)) + "x".repeat(length % 2);
    const frame = clientFrame(text);
    assertEquals(frame.length, header + 4 + length);
    assertEquals(frame[0], 0x81);
    assertEquals(unmasked(frame, header), text);
  }
  assertEquals([...clientFrame("x".repeat(65_536)).slice(1, 10)], [255, 0, 0, 0, 0, 0, 1, 0, 0]);
});
