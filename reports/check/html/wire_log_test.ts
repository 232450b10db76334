import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence } from "../../../suites/record/evidence.ts";
import { selected } from "./wire_log.ts";

const events: Evidence[] = Array.from({ length: 20 }, (_, seq) => ({
  seq,
  t: seq,
  case: "a/b",
  kind: "note",
  text: "",
}));

/** Sequence numbers of what is shown; gaps as text. */
function shown(...quoted: readonly number[]): (number | string)[] {
  return selected(events, new Set(quoted), 3, 2)
    .map((part) => typeof part === "number" ? `${part} left out` : part.seq);
}

describe("a long wire log", () => {
  it("keeps its beginning and its end, and counts what it leaves out", () => {
    assertEquals(shown(), [0, 1, 2, "15 left out", 18, 19]);
  });

  it("keeps every line that a check quotes", () => {
    assertEquals(shown(7, 8), [0, 1, 2, "4 left out", 7, 8, "9 left out", 18, 19]);
  });

  it("shows a short log whole", () => {
    assertEquals(selected(events.slice(0, 5), new Set(), 3, 2).length, 5);
  });
});
