import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { atOnce } from "./at_once.ts";

describe("two at once", () => {
  it("never are three, and the others follow in order, also after a failure", async () => {
    const limited = atOnce(2);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const piece = (name: number) =>
      limited(async () => {
        order.push(name);
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        if (name === 1) throw new Error("one fails");
      });
    await Promise.allSettled([0, 1, 2, 3, 4, 5].map(piece));
    assertEquals([most, order], [2, [0, 1, 2, 3, 4, 5]]);
    await piece(6);
    assertEquals(order.at(-1), 6);
  });
});
