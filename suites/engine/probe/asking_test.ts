import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { roomFor } from "./asking.ts";

describe("room for clients", () => {
  it("is never taken by more than the target allows", async () => {
    const room = roomFor(3);
    let here = 0;
    let most = 0;
    const stay = (clients: number) =>
      room.take(clients, async () => {
        here += clients;
        most = Math.max(most, here);
        await Promise.resolve();
        here -= clients;
      });
    await Promise.all([1, 2, 1, 2, 3, 1].map(stay));
    assertEquals(most, 3);
  });

  it("is refused to more than there can ever be", async () => {
    assertEquals(await roomFor(1).take(2, () => Promise.resolve("here")), undefined);
  });

  it("is free again when somebody failed", async () => {
    const room = roomFor(1);
    const failed = await room.take(1, () => Promise.reject(new Error("no"))).catch(() => "failed");
    assertEquals([failed, await room.take(1, () => Promise.resolve("here"))], ["failed", "here"]);
  });
});
