import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Arrival, Seen, WINDOW } from "./seen.ts";

describe("what a sequence number is to the subscriber that it comes to", () => {
  it("every arrival is told apart", () => {
    const steps: [number, Arrival][] = [
      [0, "fresh"],
      [1, "fresh"],
      [1, "again"],
      [4, "fresh"],
      [3, "overtaken"],
      [3, "again"],
      [2, "overtaken"],
      [4, "again"],
      [0, "again"],
      [1100, "fresh"],
      [77, "overtaken"],
      [76, "ancient"],
      [4, "ancient"],
      [1100 + WINDOW, "fresh"],
      [1100, "ancient"],
      [1101, "overtaken"],
      [5_000_000, "fresh"],
      [5_000_000 - WINDOW + 1, "overtaken"],
      [5_000_000 - WINDOW, "ancient"],
      [2 ** 32 - 1, "fresh"],
      [2 ** 32 - 1, "again"],
      [2 ** 32 - 2, "overtaken"],
    ];
    const seen = new Seen();
    const params = steps.map((
      [sequence],
    ): [number, Arrival] => [sequence, seen.mark(sequence, false)]);
    assertEquals(params, steps);
  });

  it("what was sent while another was unanswered may overtake it", () => {
    const seen = new Seen();
    assertEquals(seen.mark(0, false), "fresh");
    assertEquals(seen.mark(2, true), "fresh");
    assertEquals(seen.mark(1, false), "fresh");
    assertEquals(seen.mark(1, false), "again");
    assertEquals(seen.mark(4, false), "fresh");
    assertEquals(seen.mark(3, false), "overtaken");
  });

  it("the ring agrees with a subscriber that forgets nothing", () => {
    const seen = new Seen(), known = new Set<number>();
    const up = (to: number) => Math.floor(Math.random() * to);
    let next = 0;
    for (let i = 0; i < 50_000; i++) {
      let sequence = next + up(3);
      if (up(5) === 0) sequence -= Math.min(sequence, up(WINDOW + 200));
      else if (up(2000) === 0) sequence += up(3 * WINDOW);
      const want = sequence >= next
        ? "fresh"
        : next - sequence > WINDOW
        ? "ancient"
        : known.has(sequence)
        ? "again"
        : "overtaken";
      next = Math.max(next, sequence + 1);
      known.add(sequence);
      assertEquals(seen.mark(sequence, false), want, `arrival ${i}, sequence ${sequence}`);
    }
  });
});
