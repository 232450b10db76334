import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../cli/testing/history.ts";

/** One round: what the API says of the channel, and which channels it lists. */
function finding(
  channel: string,
  keeping: number,
  of: unknown,
  list: readonly string[],
  more: Record<string, unknown> = {},
) {
  const full = `${channel}-k3f9`;
  const response = (exchange: number, body: unknown) => ({
    kind: "response" as const,
    exchange,
    status: 200,
    headers: {},
    body: JSON.stringify(body),
  });
  const channels = Object.fromEntries(list.map((name) => [`${name}-k3f9`, {}]));
  return judged({
    verb: "leaveAtOnce",
    params: { crowd: "crowd", on: channel, keeping, rounds: { quick: 1, full: 1 } },
    before: [response(1, of), response(2, { channels })],
    ended: { facts: { channel: full, accounts: [{ channel: 0, list: 1 }], ...more } },
  });
}

describe("leaveAtOnce", () => {
  it("holds when nobody is left and nothing says otherwise", () => {
    assertEquals(finding("orders", 0, { occupied: false }, []).holds, true);
  });

  it("holds when those who stayed are counted", () => {
    const of = { occupied: true, user_count: 7 };
    assertEquals(finding("presence-room", 7, of, ["presence-room"]).holds, true);
  });

  it("fails when a channel that all have left is occupied, or still listed", () => {
    assertEquals(finding("orders", 0, { occupied: true }, []).holds, false);
    const listed = finding("orders", 0, { occupied: false }, ["orders"]);
    assertEquals(listed.holds, false);
    assertStringIncludes(listed.message, "the list of channels has it");
  });

  it("fails when some have stayed and the channel is vacant, unlisted or miscounted", () => {
    assertEquals(finding("orders", 1, { occupied: false }, ["orders"]).holds, false);
    assertEquals(finding("orders", 1, { occupied: true }, []).holds, false);
    const of = { occupied: true, user_count: 6 };
    assertEquals(finding("presence-room", 7, of, ["presence-room"]).holds, false);
  });

  it("blames no crowd for a channel that stays when one alone has left", () => {
    const alone = { name: "orders-k3f9", channel: 0, list: 1 };
    const { holds, accuses } = finding("orders", 0, { occupied: true }, ["orders"], { alone });
    assertEquals([holds, accuses], [false, "P-079"]);
    const vacant = { ...alone, name: "orders-alone-k3f9", channel: -1 };
    const own = finding("orders", 0, { occupied: true }, ["orders"], { alone: vacant });
    assertEquals([own.holds, own.accuses], [false, undefined]);
  });
});
