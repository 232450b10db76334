import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import type { Finding } from "../engine/verb.ts";
import { judged, stoodOn } from "../cli/testing/history.ts";

const asked: Happening = {
  kind: "request",
  exchange: 1,
  connection: "api",
  method: "POST",
  path: "/apps/1/events?auth_key=k",
  headers: {},
  body: "{}",
};
const answered = (status: number, body: string): Happening => ({
  kind: "response",
  exchange: 1,
  status,
  headers: { "content-type": "application/json" },
  body,
});

/** The finding about an answer, which is event 1 of the history. */
function finding(params: Record<string, unknown>, ...last: readonly Happening[]): Finding {
  return judged({
    verb: "answer",
    params,
    before: [asked, ...last],
    ended: { took: [1] },
  });
}

describe("an answer", () => {
  it("holds when status, headers and decoded body are as said", () => {
    const params = {
      status: 200,
      headers: { "content-type": { $matches: "json" } },
      body: { $equals: {} },
    };
    assertEquals(finding(params, answered(200, "{}")).holds, true);
    assertEquals(finding(params, answered(202, "{}")).holds, false);
    assertEquals(finding(params, answered(200, '{"ok":true}')).holds, false);
  });

  it("takes 4xx for any status from 400 to 499", () => {
    assertEquals(finding({ status: "4xx" }, answered(422, "")).holds, true);
    assertEquals(finding({ status: "4xx" }, answered(500, "")).holds, false);
    assertEquals(finding({ status: "4xx" }, answered(200, "")).holds, false);
  });

  it("takes refused for a refusal of any status, but for none of the server's own failures", () => {
    assertEquals(finding({ status: "refused" }, answered(401, "")).holds, true);
    assertEquals(finding({ status: "refused" }, answered(200, '{"error":"No"}')).holds, true);
    assertEquals(finding({ status: "refused" }, answered(200, "{}")).holds, false);
    assertEquals(finding({ status: "refused" }, answered(500, "")).holds, false);
  });

  it("says nothing of what was asked where too much was asked", () => {
    const { holds, unmet } = finding({ status: 401 }, answered(429, ""));
    assertEquals([holds, unmet], [false, true]);
  });

  it("says so when a success speaks of an error in its body", () => {
    const { holds, message, quotes } = finding(
      { status: 401 },
      answered(200, '{"error":"Wrong signature","code":401}'),
    );
    assertEquals(holds, false);
    assertStringIncludes(message, "speaks of an error");
    assertEquals(quotes, [0, 1]);
  });

  it("fails when no answer came", () => {
    const silence: Happening = { kind: "no-response", exchange: 1, reason: "socket hang up" };
    const { holds, message } = finding({ status: 200 }, silence);
    assertEquals(holds, false);
    assertStringIncludes(message, "socket hang up");
  });
});

describe("settles", () => {
  const finding = (body: string) =>
    judged({
      verb: "settles",
      params: { path: "/channels/{orders}", until: { occupied: false } },
      during: [{ kind: "response", exchange: 1, status: 200, headers: {}, body }],
      ended: { took: [1] },
    }).holds;

  it("holds when the last answer is as said, and fails when it is not", () => {
    assertEquals(finding('{"occupied":false}'), true);
    assertEquals(finding('{"occupied":true}'), false);
  });
});

describe("what a wished-for answer stands on", () => {
  const premises = (params: Record<string, unknown>, status: number) =>
    stoodOn({
      verb: "answer",
      params,
      before: [asked, answered(status, "{}")],
      ended: { took: [1] },
    });

  it("is its endpoint, or nothing where a refusal was wished for and came", () => {
    assertEquals(premises({ status: 200 }, 200), ["P-235"]);
    assertEquals(premises({ status: "4xx" }, 400), []);
  });

  it("is what the published event needs as well: its size, its names", () => {
    const published = (event: Record<string, unknown>) =>
      stoodOn({
        verb: "answer",
        params: { status: 200 },
        before: [{ ...asked, body: JSON.stringify(event) }, answered(422, "")],
        ended: { took: [1] },
      });
    const data = JSON.stringify("x".repeat(10_000));
    assertEquals(published({ name: "Sold", channel: "a", data: "{}" }), ["P-235"]);
    assertEquals(published({ name: "Sold", channel: "a", data }), ["P-235", "P-210"]);
    assertEquals(published({ name: "Sold", channel: "a" }), ["P-235"]);
  });

  it("is its size, where the answer says that it is too large", () => {
    assertEquals(premises({ status: 200 }, 413), ["P-235", "P-210"]);
  });

  it("is that every request must be authenticated, where a 401 was wished for", () => {
    assertEquals(premises({ status: 401 }, 200), ["P-216"]);
    assertEquals(premises({ status: 401 }, 404), ["P-235"]);
  });
});
