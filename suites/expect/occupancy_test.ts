import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../cli/testing/history.ts";

const CHANNEL = "orders-k3f9";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const one = (body: unknown, status = 200): Answer => ({ status, body });
const list = (channels: unknown, status = 200): Answer => ({ status, body: { channels } });

/** What is made of the answer for the channel and, where it was asked for, that for all channels. */
function finding(is: "occupied" | "vacant", ...answers: readonly Answer[]): unknown {
  const { holds } = judged({
    verb: "occupancy",
    params: { of: "orders", is },
    before: answers.map(({ status, body }, exchange) => ({
      kind: "response" as const,
      exchange,
      status,
      headers: {},
      body: JSON.stringify(body),
    })),
    ended: { took: answers.map((_, seq) => seq), facts: { channel: CHANNEL } },
  });
  return holds;
}

describe("occupancy", () => {
  it("is what the answer for the channel says", () => {
    assertEquals(finding("occupied", one({ occupied: true })), true);
    assertEquals(finding("vacant", one({ occupied: false })), true);
    assertEquals(finding("vacant", one({ occupied: true })), false);
    assertEquals(finding("occupied", one({ occupied: false })), false);
  });

  it("is what the list of channels says, where the other answer says nothing", () => {
    for (const silent of [one({ error: "no such channel" }, 404), one("", 400), one({}, 500)]) {
      assertEquals(finding("vacant", silent, list({})), true);
      assertEquals(finding("occupied", silent, list({ [CHANNEL]: {} })), true);
      assertEquals(finding("vacant", silent, list({ [CHANNEL]: {} })), false);
      assertEquals(finding("occupied", silent, list({})), false);
    }
  });

  it("is vacant by a list of no channels, whatever its shape", () => {
    for (const none of [{}, [], null, undefined]) {
      assertEquals(finding("vacant", one("", 404), list(none)), true);
    }
  });

  it("is told by a list of names as well", () => {
    assertEquals(finding("occupied", one("", 404), list([CHANNEL])), true);
    assertEquals(finding("occupied", one("", 404), list([{ name: CHANNEL }])), true);
  });

  it("is what the list of all channels says, where the list cannot be filtered", () => {
    const refused = list("unknown parameter", 400);
    assertEquals(finding("occupied", one("", 404), refused, list({ [CHANNEL]: {} })), true);
    assertEquals(finding("occupied", one("", 404), refused, list({})), false);
  });

  it("is not known where neither answer tells", () => {
    assertEquals(finding("vacant", one("", 404), list({}, 404)), "blocked");
    assertEquals(finding("occupied", one("", 404), list("none")), "blocked");
  });
});
