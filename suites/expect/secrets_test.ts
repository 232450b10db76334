import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence, Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";
import { leaksIn } from "./secrets.ts";

const secrets = [
  { what: "the secret of the app", text: "s3cret-of-the-app" },
  { what: "the auth of ana", text: "a".repeat(64), of: "ana" },
];

function leaks(...happenings: readonly Happening[]) {
  const events = happenings.map((happening, seq): Evidence => ({
    seq,
    t: seq,
    case: "test/by/hand",
    ...happening,
  }));
  return leaksIn(events, secrets).map(({ what, where }) => `${what} in ${where}`);
}

describe("leaksIn", () => {
  it("finds a secret in frames, answers, headers, close reasons and webhooks", () => {
    const text = "HMAC under s3cret-of-the-app";
    const webhook = {
      kind: "webhook",
      method: "POST",
      path: "/",
      answered: 200,
      bytes: 1,
    } as const;
    assertEquals(
      leaks(
        received("ana#1", "pusher:error", undefined, { message: text }),
        { kind: "response", exchange: 1, status: 401, headers: {}, body: text },
        { kind: "response", exchange: 2, status: 401, headers: { "x-debug": text }, body: "" },
        { kind: "closed", socket: "ana#1", by: "target", code: 4009, reason: text },
        { ...webhook, headers: {}, body: text },
      ).length,
      5,
    );
  });

  it("does not mind what this end has sent", () => {
    assertEquals(
      leaks({ kind: "sent", socket: "ana#1", opcode: "text", text: "a".repeat(64), bytes: 64 }),
      [],
    );
  });

  it("lets a client have its own signature back, and nobody else's", () => {
    const echo = { auth: `key:${"a".repeat(64)}` };
    assertEquals(leaks(received("ana#1", "pusher:signin_success", undefined, echo)), []);
    assertEquals(leaks(received("bob#1", "client-typing", "room", echo)), [
      "the auth of ana in a frame",
    ]);
  });
});

describe("staysSecret of app secrets and payloads", () => {
  const finding = (leaks: readonly unknown[]) =>
    judged({
      verb: "staysSecret",
      params: { in: "log", payload: "canary" },
      ended: { facts: { leaks, characters: 120 } },
    });

  it("name what was found without telling it", () => {
    const found = finding([{ what: "a published payload", where: "the server's output" }]);
    assertEquals(found.holds, false);
    assertStringIncludes(found.message, "a published payload is in the server's output");
    assertEquals(finding([]).holds, true);
  });
});

describe("staysSecret in traffic", () => {
  const finding = (leaks: readonly unknown[]) =>
    judged({ verb: "staysSecret", params: { in: "traffic" }, ended: { facts: { leaks } } }).holds;

  it("fails when a secret stands in a frame, an answer or a webhook", () => {
    assertEquals(finding([]), true);
    assertEquals(finding([{ what: "the auth of ana", where: "a frame", seq: 0 }]), false);
  });
});
