import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createRegistry } from "./registry.ts";

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  while (true) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state;
  }
}

describe("presence", () => {
  it("agrees with a plain recount after every one of many comings and goings (P-125)", () => {
    const registry = createRegistry<string>();
    const random = numbers(7);
    const next = (below: number) => random.next().value % below;
    const tabs = Array.from({ length: 12 }, (_, index) => ({
      connection: `1.${index}`,
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
        const entry = registry.subscribe(connection, "presence-a", member, 100);
        if (entry === "full") throw new Error("a hundred users are more than there are");
        if (entry.memberAdded) announced.add(userId);
        assertEquals(entry.occupied, inside.size === 0);
        inside.add(tab);
        assertEquals(entry.members.map((one) => one.userId).sort(), users());
      } else {
        inside.delete(tab);
        const parting = next(2) === 0
          ? registry.disconnect(connection)
          : { departures: [registry.unsubscribe(connection, "presence-a")] };
        for (const departure of parting.departures) {
          if (departure === undefined) continue;
          if (departure.memberRemoved !== undefined) announced.delete(departure.memberRemoved);
          assertEquals(departure.vacated, inside.size === 0);
        }
      }
      assertEquals([...announced].sort(), users());
      assertEquals(registry.count("presence-a"), {
        subscriptions: inside.size,
        users: users().length,
      });
    }
  });
});

describe("the quota", () => {
  it("gives a place back once, however often a connection ends (P-022)", () => {
    const registry = createRegistry<string>();
    const [first, second, third] = ["1.1", "1.2", "1.3"] as const;
    assertEquals(registry.claimSlot(first, 1), true);
    assertEquals(registry.claimSlot(first, 1), true);
    assertEquals(registry.claimSlot(second, 1), false);
    registry.disconnect(second);
    registry.disconnect(first);
    registry.disconnect(first);
    assertEquals(registry.connections(), 0);
    assertEquals(registry.claimSlot(second, 1), true);
    assertEquals(registry.claimSlot(third, 1), false);
  });
});
