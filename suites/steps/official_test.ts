import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged } from "../cli/testing/history.ts";

const answered = (status: number, body: string): Happening => ({
  kind: "response",
  exchange: 1,
  status,
  headers: {},
  body,
});
const webhook: Happening = {
  kind: "webhook",
  method: "POST",
  path: "/",
  bytes: 71,
  headers: { "x-pusher-key": "k" },
  body: '{"time_ms":1,"events":[{"name":"channel_occupied","channel":"orders"}]}',
  answered: 200,
};

describe("a call of the official library", () => {
  const params = { method: "trigger", on: "orders", event: "OrderShipped" };

  it("holds when the library took the answer for a success", () => {
    const { holds } = judged({
      verb: "official",
      params,
      before: [answered(200, "{}")],
      ended: { took: [0] },
    });
    assertEquals(holds, true);
  });

  it("fails with the library's own words and the answer behind them", () => {
    const { holds, message } = judged({
      verb: "official",
      params,
      before: [answered(401, "Invalid signature")],
      ended: { took: [0], facts: { refusal: "Unexpected status code 401" } },
    });
    assertEquals(holds, false);
    assertStringIncludes(message, "Unexpected status code 401");
    assertStringIncludes(message, "Invalid signature");
  });
});

describe("a webhook the official library reads", () => {
  const params = { event: "channel_occupied", on: "orders" };
  const finding = (isValid: boolean) =>
    judged({
      verb: "webhook",
      params: { ...params, validTo: "official library" },
      before: [webhook],
      ended: { took: [0], facts: { isValid } },
    });

  it("holds when the library finds it valid, and only then", () => {
    assertEquals(finding(true).holds, true);
    assertEquals(finding(false).holds, false);
  });

  it("fails when none arrived", () => {
    const none = judged({
      verb: "webhook",
      params: { ...params, validTo: "official library" },
      ended: { outcome: "deadline", detail: "no webhook told of channel_occupied" },
    });
    assertEquals(none.holds, false);
  });
});
