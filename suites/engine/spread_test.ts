import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { spreadOver } from "./spread.ts";

const one = { websocketUrl: "ws://one", apiUrl: "http://one" };
const two = { websocketUrl: "ws://two", apiUrl: "http://two" };

describe("spreading", () => {
  it("takes the nodes in turn, and calls another one first", () => {
    const spread = spreadOver({ ...one, nodes: [one, two] });
    const urls = [1, 2, 3].map(() => spread.nextWebsocketUrl());
    assertEquals(urls, ["ws://one", "ws://two", "ws://one"]);
    assertEquals([1, 2, 3].map(() => spread.nextApi("api")), [
      { apiUrl: "http://two", lane: "api of node 2" },
      { apiUrl: "http://one", lane: "api of node 1" },
      { apiUrl: "http://two", lane: "api of node 2" },
    ]);
  });

  it("leaves a target alone that is not spread", () => {
    const spread = spreadOver(one);
    assertEquals([1, 2].map(() => spread.nextWebsocketUrl()), ["ws://one", "ws://one"]);
    assertEquals(spread.nextApi("slow"), { apiUrl: "http://one", lane: "slow" });
  });
});
