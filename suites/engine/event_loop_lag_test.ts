import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { watchEventLoop } from "./event_loop_lag.ts";

describe("the pulse of this process", () => {
  it("tells how long it stood still, and only of what came after", async () => {
    const lag = watchEventLoop();
    try {
      const began = performance.now();
      while (performance.now() - began < 300) continue; // stands still on purpose
      await new Promise((resolve) => setTimeout(resolve, 50)); // lets the late beat be noticed
      assert(lag.longestStall(began) >= 200);
      assertEquals(lag.longestStall(performance.now() + 1), 0);
    } finally {
      lag.stop();
    }
  });
});
