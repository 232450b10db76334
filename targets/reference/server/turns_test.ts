import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Connection } from "./connection.ts";
import { andThen, inTurn } from "./turns.ts";

/** As much of a connection as keeping turns needs. */
const connection = () => ({ turn: undefined }) as Connection;

describe("one connection's requests", () => {
  it("are worked on at once when nothing is pending", () => {
    const done: string[] = [];
    const one = connection();
    inTurn(one, () => void done.push("first"));
    inTurn(one, () => void done.push("second"));
    assertEquals([done, one.turn], [["first", "second"], undefined]);
  });

  it("wait for one that takes longer, and keep their order (P-087)", async () => {
    const done: string[] = [];
    const one = connection();
    const slow = Promise.withResolvers<void>();
    inTurn(one, () => andThen(slow.promise, () => void done.push("slow")));
    inTurn(one, () => void done.push("second"));
    inTurn(one, () => void done.push("third"));
    assertEquals(done, []);
    slow.resolve();
    await one.turn;
    assertEquals([done, one.turn], [["slow", "second", "third"], undefined]);
    inTurn(one, () => void done.push("fourth"));
    assertEquals(done.at(-1), "fourth");
  });
});
