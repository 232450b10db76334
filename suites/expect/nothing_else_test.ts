import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import type { Finding } from "../engine/verb.ts";
import { judged, received } from "../cli/testing/history.ts";

const joined = received("ana#1", "pusher_internal:subscription_succeeded", "orders", {});
const shipped = received("ana#1", "OrderShipped", "orders", { id: 1 });
/** A step of the scenario received event `took`. */
const taken = (took: number): Happening => ({
  kind: "step-end",
  step: 9,
  turn: 9,
  outcome: "done",
  took: [took],
});

function finding(before: readonly Happening[], after: readonly Happening[] = []): Finding {
  return judged({
    verb: "receivesNothingElse",
    params: { receivesNothingElse: "orders" },
    who: "ana",
    before,
    after,
    ended: { facts: { channel: "orders" } },
  });
}

describe("nothing else on a channel", () => {
  it("holds when a step received everything that came", () => {
    assertEquals(finding([joined, shipped, taken(1)]).holds, true);
  });

  it("does not mind other channels, nor what others heard", () => {
    const elsewhere = received("ana#1", "OrderShipped", "invoices", {});
    const others = received("bob#1", "OrderShipped", "orders", {});
    assertEquals(finding([joined, shipped, taken(1), elsewhere, others]).holds, true);
  });

  it("fails when the same event came twice", () => {
    const { holds, quotes } = finding([joined, shipped, taken(1), shipped]);
    assertEquals(holds, false);
    assertEquals(quotes, [3]);
  });

  it("accuses a message without an event name of that, whatever the silence was for", () => {
    const text = '{"channel":"orders","data":"{}"}';
    const nameless: Happening = {
      kind: "received",
      socket: "ana#1",
      opcode: "text",
      text,
      bytes: text.length,
    };
    const { holds, accuses } = finding([joined, shipped, taken(1), nameless]);
    assertEquals([holds, accuses], [false, "P-027"]);
    assertEquals(finding([joined, shipped, taken(1), shipped]).accuses, undefined);
  });

  it("fails when something comes late, after the scenario", () => {
    assertEquals(finding([joined, shipped, taken(1)], [shipped]).holds, false);
  });

  it("proves nothing about a channel on which nothing ever came", () => {
    assertEquals(finding([joined]).holds, "blocked");
  });
});

describe("nothing else on a connection", () => {
  const finding = (before: readonly Happening[], took: readonly number[]) =>
    judged({
      verb: "receivesNothingElse",
      who: "ana",
      params: { receivesNothingElse: null },
      before,
      ended: { took, facts: { socket: "ana#1" } },
    }).holds;

  it("holds when all that came was waited for, was a fence or keeps the line alive", () => {
    const succeeded = "pusher_internal:subscription_succeeded";
    const fence = received("ana#1", succeeded, "private-fence-ana-1-x", {});
    assertEquals(finding([shipped, fence, received("ana#1", "pusher:ping")], [0]), true);
  });

  it("does not mind what a vendor says of its own", () => {
    assertEquals(finding([shipped, received("ana#1", "vendor:stats", undefined, {})], [0]), true);
    const unsubscribed = received("ana#1", "pusher_internal:unsubscribed", undefined, {});
    assertEquals(finding([shipped, unsubscribed], [0]), false);
  });

  it("fails when something else came", () => {
    assertEquals(
      finding([shipped, received("ana#1", "pusher_internal:unsubscribed")], [0]),
      false,
    );
  });
});
