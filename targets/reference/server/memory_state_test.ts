import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Connection } from "./connection.ts";
import { createMemoryState } from "./memory_state.ts";
import type { Arrival } from "./state.ts";

/** The state uses a connection as a key only, until something is published to it. */
const connectionNamed = (socketId: string) => ({ socketId }) as Connection;

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  while (true) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state;
  }
}

describe("presence in memory", () => {
  it("agrees with a plain recount after every one of many comings and goings (P-125)", () => {
    const state = createMemoryState();
    const random = numbers(7);
    const next = (below: number) => random.next().value % below;
    const tabs = Array.from({ length: 12 }, (_, index) => ({
      connection: connectionNamed(`1.${index}`),
      userId: `user-${index % 4}`,
    }));
    const inside = new Set<(typeof tabs)[number]>();
    const users = () => [...new Set([...inside].map(({ userId }) => userId))].sort();
    const announced = new Set<string>();

    for (let round = 0; round < 5000; round++) {
      const tab = tabs[next(tabs.length)];
      if (tab === undefined) continue;
      const { connection, userId } = tab;
      if (next(2) === 0) {
        const member = { userId, userInfo: "null" };
        state.subscribe(connection, "presence-a", member, 100, (arrival: Arrival) => {
          if (arrival.memberAdded) announced.add(userId);
          assertEquals(arrival.occupied, inside.size === 0);
          inside.add(tab);
          assertEquals(arrival.members.map((one) => one.userId).sort(), users());
        });
      } else {
        inside.delete(tab);
        const parting = next(2) === 0
          ? state.disconnect(connection)
          : { departures: [state.unsubscribe(connection, "presence-a")] };
        if (parting instanceof Promise) throw new Error("memory answers at once");
        for (const departure of parting.departures) {
          if (departure === undefined || departure instanceof Promise) continue;
          if (departure.memberRemoved !== undefined) announced.delete(departure.memberRemoved);
          assertEquals(departure.vacated, inside.size === 0);
        }
      }
      assertEquals([...announced].sort(), users());
      assertEquals(state.count("presence-a"), {
        subscriptions: inside.size,
        users: users().length,
      });
    }
  });
});

describe("the quota", () => {
  it("gives a place back once, however often a connection ends (P-022)", () => {
    const state = createMemoryState();
    const [first, second, third] = ["1.1", "1.2", "1.3"].map(connectionNamed);
    if (!first || !second || !third) throw new Error("three connections");
    assertEquals(state.claimSlot(first, 1), true);
    assertEquals(state.claimSlot(first, 1), true);
    assertEquals(state.claimSlot(second, 1), false);
    state.disconnect(second);
    state.disconnect(first);
    state.disconnect(first);
    assertEquals(state.connections(), 0);
    assertEquals(state.claimSlot(second, 1), true);
    assertEquals(state.claimSlot(third, 1), false);
  });
});
