import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Latest } from "./latest.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const stamp = { machine: 1, phase: 1, stream: 2, sequence: 3, intended: 4, overlapping: false };

describe("the latest message", () => {
  it("is known again by its bytes, wherever they lie, when what it was read from has changed", () => {
    const latest = new Latest();
    const buffer = bytes("--the bid of 100--");
    latest.keep(buffer, 2, buffer.length - 2, stamp);
    buffer.fill(0);
    assertEquals(latest.find(bytes("another frame: the bid of 100"), 15, 29), stamp);
  });

  for (const other of ["the bid of 110", "the bid of 1000", "the bid of 10", ""]) {
    it(`is not taken for another: ${JSON.stringify(other)}`, () => {
      const latest = new Latest();
      latest.keep(bytes("the bid of 100"), 0, 14, stamp);
      assertEquals(latest.find(bytes(other), 0, other.length), undefined);
    });
  }

  it("is none at first", () => {
    assertEquals(new Latest().find(bytes(""), 0, 0), undefined);
  });
});
