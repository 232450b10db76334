import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { shareConnections } from "./connections.ts";

/** Lets whoever may go on do so. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

describe("connections are shared out:", () => {
  it("as many as the target may be asked for, the longest waiting first", async () => {
    const room = shareConnections(10, () => {});
    const went: number[] = [];
    for (const count of [6, 5, 2]) void room.take(count).then(() => went.push(count));
    await turn();
    assertEquals(went, [6]);
    room.give(6);
    await turn();
    assertEquals(went, [6, 5, 2]);
  });

  it("what is only held is let go of as soon as somebody waits for it", async () => {
    let holding = 0;
    const room = shareConnections(10, () => {
      room.give(holding);
      holding = 0;
    });
    const went: number[] = [];
    void room.take(8).then(() => went.push(8));
    void room.take(9).then(() => went.push(9));
    await turn();
    // The first has ended while the second waits.
    holding = 8;
    room.held();
    await turn();
    assertEquals(went, [8, 9]);
  });
});
