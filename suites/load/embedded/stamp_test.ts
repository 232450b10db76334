import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { findStamp, type Stamp, writeStamp } from "./stamp.ts";

const none: Stamp = {
  machine: 0,
  phase: 0,
  stream: 0,
  sequence: 0,
  intended: 0,
  overlapping: false,
};
const found = (text: string): Stamp | undefined => {
  const bytes = new TextEncoder().encode(`before${text}after`), stamp = { ...none };
  // Only what is between counts, whatever else the buffer holds.
  return findStamp(bytes, 6, bytes.length - 5, stamp) ? stamp : undefined;
};

describe("the stamp of an event", () => {
  it("survives JSON within JSON", () => {
    for (
      const stamp of [
        none,
        {
          machine: 0xbeef,
          phase: 3,
          stream: 7,
          sequence: 42,
          intended: 123_456_789_012,
          overlapping: true,
        },
        {
          machine: 0xffff,
          phase: 0xff,
          stream: 2 ** 32 - 1,
          sequence: 2 ** 32 - 1,
          intended: Number.MAX_SAFE_INTEGER,
          overlapping: false,
        },
      ]
    ) {
      const data = JSON.stringify({ by: "ana@shop", at: writeStamp(stamp), note: "<é>" });
      assertEquals(found(JSON.stringify({ event: "BidPlaced", data })), stamp);
    }
  });

  it("is the one that k6's engine writes", () => {
    const text = "@plumbline:0007:01:00000002:00000003:00000000000f4240@";
    const stamp: Stamp = {
      machine: 7,
      phase: 1,
      stream: 2,
      sequence: 3,
      intended: 1_000_000,
      overlapping: false,
    };
    assertEquals(writeStamp(stamp), text);
    assertEquals(found(text), stamp);
  });

  it("is not what only looks like one", () => {
    const whole = writeStamp(none);
    for (
      const text of [
        "",
        "@plumbline:",
        whole.slice(0, -1),
        `${whole.slice(0, -1)}!`,
        `${whole.slice(0, 13)}g${whole.slice(14)}`,
        `${whole.slice(0, 15)}-${whole.slice(16)}`,
        whole.toUpperCase(),
      ]
    ) assert(!found(text), text);
  });
});
