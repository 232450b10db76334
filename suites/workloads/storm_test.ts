import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const CHANNEL = "presence-room-k3f9";

const added = (user_id: string, user_info: unknown = { name: user_id }) =>
  received("ana#1", "pusher_internal:member_added", CHANNEL, { user_id, user_info });
const removed = (user_id: string) =>
  received("ana#1", "pusher_internal:member_removed", CHANNEL, { user_id });

/** What ana heard of storms in which ben came twice and went once, and cho came once. */
function finding(
  without: string,
  heard: readonly Happening[],
  { during = [], after = [] }: {
    readonly during?: readonly Happening[];
    readonly after?: readonly Happening[];
  } = {},
) {
  return judged({
    verb: "roster",
    who: "ana",
    params: { roster: "presence-room", without },
    before: [
      { kind: "step-begin", step: 1, turn: 1, who: "", params: {} },
      ...heard,
      {
        kind: "step-end",
        step: 1,
        turn: 1,
        outcome: "done",
        took: [],
        facts: { channel: CHANNEL, added: { ben: 2, cho: 1 }, removed: { ben: 1 }, inside: 3 },
      },
    ],
    during,
    after,
    ended: { facts: { channel: CHANNEL, socket: "ana#1" } },
  });
}

const ALL = ["missed comings", "surplus comings", "missed goings", "surplus goings"];
const right = [added("ben"), removed("ben"), added("cho"), added("ben")];

describe("a roster without missed or surplus changes", () => {
  it("holds when everybody was told of as often as he came and went", () => {
    for (const without of ALL) assertEquals(finding(without, right).holds, true, without);
    const { message } = finding("missed comings", right);
    assertEquals(message, "3 comings of 2 users, and ana#1 was told of no missed one");
  });

  it("holds whoever else came and went", () => {
    for (const without of ALL) {
      assertEquals(finding(without, [...right, added("dov"), removed("dov")]).holds, true);
    }
  });

  it("fails when somebody came or went and nobody said so", () => {
    const { holds, message, unmet } = finding("missed comings", right.slice(0, 3));
    assertEquals({ holds, unmet }, { holds: false, unmet: true });
    assertStringIncludes(message, "ben came 2 times");
    assertStringIncludes(message, "was told member_added of him 1 times");
    assertEquals(finding("missed goings", right.toSpliced(1, 1)).holds, false);
  });

  it("fails when somebody is said to have come or gone once more, be it while the fence is awaited", () => {
    assertEquals(finding("surplus comings", [...right, added("cho")]).holds, false);
    const { holds, message } = finding("surplus goings", right, { during: [removed("ben")] });
    assertEquals(holds, false);
    assertStringIncludes(message, "ben went 1 times");
  });

  it("fails when a coming is told without what the member said of himself", () => {
    const { holds, message } = finding("missed comings", [added("ben", {}), ...right.slice(1)]);
    assertEquals(holds, false);
    assertStringIncludes(message, "ben came is told without what he said of himself");
  });

  it("has heard nothing yet of what the scenario does next", () => {
    assertEquals(finding("surplus goings", right, { after: [removed("ben")] }).holds, true);
    const without = right.toSpliced(1, 1);
    assertEquals(finding("missed goings", without, { after: [removed("ben")] }).holds, false);
  });

  it("is not judged without a storm", () => {
    const { holds } = judged({
      verb: "roster",
      who: "ana",
      params: { roster: "presence-room", without: "missed comings" },
      ended: { facts: { channel: CHANNEL, socket: "ana#1" } },
    });
    assertEquals(holds, "blocked");
  });
});

describe("stormIsCounted", () => {
  const counting = (body: unknown) =>
    judged({
      verb: "rostersAgree",
      params: { counted: true, on: "presence-room" },
      before: [
        { kind: "step-begin", step: 1, turn: 1, who: "", params: {} },
        {
          kind: "step-end",
          step: 1,
          turn: 1,
          outcome: "done",
          took: [],
          facts: { channel: CHANNEL, added: {}, removed: {}, inside: 3 },
        },
      ],
      during: [
        { kind: "response", exchange: 1, status: 200, headers: {}, body: JSON.stringify(body) },
      ],
      ended: { took: [3], facts: { channel: CHANNEL } },
    });

  it("holds when the answer counts each user once", () => {
    assertEquals(counting({ occupied: true, user_count: 3 }).holds, true);
  });

  it("fails when it counts more, or fewer, or not in numbers", () => {
    for (const user_count of [2, 4, "3", undefined]) {
      const { holds, message } = counting({ occupied: true, user_count });
      assertEquals(holds, false);
      assertStringIncludes(message, "3 users are inside");
    }
  });
});
