import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { spread } from "./spread.ts";

const membersOf = (lists: readonly number[][], channels: number) =>
  Array.from(
    { length: channels },
    (_, channel) => lists.filter((list) => list.includes(channel)).length,
  );

describe("clients spread over channels", () => {
  it("in turn, each in as many, as long as a round of it", () => {
    assertEquals(spread(100, 4, 1), [[0], [1], [2], [3]]);
    assertEquals(spread(100, 4, 2), [[0, 1], [2, 3]]);
    assertEquals(spread(100, 3, 2), [[0, 1], [2, 0], [1, 2]]);
    assertEquals(spread(2, 4, 1), [[0], [1]]);
  });

  it("by Zipf's law, in its proportions to within a client or two", () => {
    const members = membersOf(spread(1000, 10, 1, 1), 10);
    const all = Array.from({ length: 10 }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b);
    members.forEach((count, rank) => {
      const due = 1000 / (rank + 1) / all;
      assert(Math.abs(count - due) <= 3, `rank ${rank}: ${count} instead of ${due.toFixed(1)}`);
    });
    assertEquals(members.reduce((a, b) => a + b), 1000);
  });

  it("by Zipf's law, nobody twice in a channel", () => {
    for (const list of spread(500, 6, 4, 2)) assertEquals(new Set(list).size, 4);
  });

  it("the same every time", () => {
    assertEquals(spread(300, 20, 2, 1.2), spread(300, 20, 2, 1.2));
  });
});
