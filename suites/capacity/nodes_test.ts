import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { planNodes } from "./nodes.ts";

/** An auction: 10,000 hear each of two events a second. */
const auction = {
  connections: 10_000,
  events: 2,
  deliveries: 20_000,
  audience: "all",
} as const;
/** Chat rooms of ten: a thousand rooms, each with a word every ten seconds. */
const rooms = {
  connections: 10_000,
  events: 100,
  deliveries: 1000,
  audience: "some",
} as const;

describe("a plan of nodes", () => {
  it("is for connections where users bring no more events, with one node to spare", () => {
    const nodes = planNodes(auction, { users: 50_000 });
    assert(nodes);
    // Five nodes' worth of load, each planned at 80 %: 6.25.
    assertEquals([nodes.needed, nodes.withSpare, nodes.bound], [7, 8, "connections"]);
    assertEquals([nodes.events, nodes.deliveries], [2, 100_000]);
    assertAlmostEquals(nodes.utilisation.all, 5 / 8);
    assertAlmostEquals(nodes.utilisation.oneDown, 5 / 7);
  });

  it("is for deliveries where events are more", () => {
    const nodes = planNodes(auction, { users: 50_000, events: 10 });
    // 500,000 deliveries a second, and a node carries 20,000: 25 nodes' worth.
    assertEquals([nodes?.needed, nodes?.bound, nodes?.deliveries], [32, "deliveries", 500_000]);
    assert(nodes?.assumptions.some((text) => text.includes("measured with 2:")));
  });

  it("lets rooms of a size grow in number with their users, and their events with them", () => {
    const nodes = planNodes(rooms, { users: 20_000 });
    assertEquals([nodes?.events, nodes?.deliveries, nodes?.needed], [200, 2000, 3]);
  });

  it("needs one node at least, and one to spare", () => {
    const nodes = planNodes(auction, { users: 5 });
    assertEquals([nodes?.needed, nodes?.withSpare], [1, 2]);
  });

  it("is none where the node carried nothing", () => {
    assertEquals(planNodes({ ...auction, connections: 0 }, { users: 5 }), undefined);
  });
});
