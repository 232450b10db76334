import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import type { Finding } from "../engine/verb.ts";
import { judged } from "../cli/testing/history.ts";

const answer = (exchange: number, status = 200): Happening => ({
  kind: "response",
  exchange,
  status,
  headers: {},
  body: "{}",
});

function finding(count: number, ...during: readonly Happening[]): Finding {
  return judged({
    verb: "publishSequence",
    params: { on: "ticks", event: "Tick", count, pipelined: false },
    during,
    ended: { facts: { count } },
  });
}

describe("publishSequence over one connection", () => {
  it("holds when every request was answered with 200", () => {
    assertEquals(finding(2, answer(1), answer(2)).holds, true);
  });

  it("fails when the connection is closed before the last answer", () => {
    const cut: Happening = {
      kind: "no-response",
      exchange: 2,
      reason: "the connection was closed",
    };
    const { holds, message } = finding(3, answer(1), cut);
    assertEquals(holds, false);
    assertStringIncludes(message, "after 1 came no answer: the connection was closed");
  });

  it("fails when a request is refused", () => {
    assertEquals(finding(2, answer(1), answer(2, 429)).holds, false);
  });

  it("holds nothing it has not seen", () => {
    assertEquals(finding(2, answer(1)).holds, "blocked");
  });
});
