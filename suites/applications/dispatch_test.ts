import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root } from "../cli/testing.ts";
import { heldAgainst } from "./testing/held_against.ts";

const file = join(root, "suites/applications/testing/dispatch.yaml");
const held = (FAULT: string, ...scenarios: string[]) => heldAgainst(file, scenarios, { FAULT });

describe("a dispatcher, in Node, described by somebody who had read the documentation only", () => {
  it("is found right by every scenario that its file comes to", async () => {
    const { code, err, others } = await held("", "application/delivery");
    assertEquals([code, others], [0, []], err);
  });

  it("is told of a race: a delivery that two couriers have accepted", async () => {
    const { code, err, failed } = await held("race", "application/delivery/assigned-once");
    assertEquals([code, failed], [1, ["APP-401"]], err);
  });

  it("is told of a leak: the door code in an event", async () => {
    const { code, err, failed } = await held("leak", "application/delivery/{events,secrets}");
    assertEquals([code, failed], [1, ["APP-206", "APP-409"]], err);
    assertStringIncludes(err, "was shown the doorCode of the delivery in a frame");
  });

  it("is told of a lost event that its shop may not hear: a new delivery", async () => {
    const { code, err, failed } = await held("lostcreate", "application/delivery/made");
    assertEquals([code, failed], [1, ["APP-406"]], err);
    assertStringIncludes(err, "expected delivery.created 1 times on private-dispatch");
  });

  it("is told of a lost event: every seventh change that nobody hears of", async () => {
    const { code, err, failed } = await held("lost", "application/delivery");
    assertEquals([code, failed], [1, ["APP-406"]], err);
  });
});
