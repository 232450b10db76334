import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readSource } from "../language/source.ts";
import { readLoadScenario } from "./scenario.ts";
import { scaled } from "./scale.ts";

const scenario = readLoadScenario(readSource(
  "test.yaml",
  `version: 1
name: test
title: A test
channels:
  auction: { kind: private }
  rooms: { kind: presence, count: 30 }
clients:
  bidders: { count: 1000, connect: 100/s, join: auction }
  people: { count: 55, connect: 10/s, join: rooms, each: 4 }
publish:
  - { event: BidPlaced, to: auction, rate: 2/s, bytes: 300 }
  - { event: Said, to: rooms, rate: 60/s, bytes: 300 }
phases: [{ name: all, for: 1s }]
`,
));

describe("a scaled load", () => {
  it("has a tenth of the people and rooms, and the rooms hear as much as before", () => {
    const { channels, clients, publish } = scaled(scenario, 0.1);
    assertEquals([channels.auction?.count, channels.rooms?.count], [1, 3]);
    assertEquals(Object.values(clients).map(({ count, connect, each }) => [count, connect, each]), [
      [100, 10, undefined],
      [6, 1, 3],
    ]);
    assertEquals(publish.map(({ rate }) => rate), [2, 6]);
  });

  it("of one is itself", () => assertEquals(scaled(scenario, 1), scenario));
});
