import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { signWebhook } from "../wire/signature.ts";
import { judged } from "../cli/testing/history.ts";

interface Request {
  readonly at?: number;
  readonly answered?: number;
  readonly timeMs?: unknown;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

/** One webhook request; `at` is when it came, in milliseconds since the run began. */
function webhook(
  events: readonly Record<string, unknown>[],
  { at, answered = 200, timeMs = 5000, headers = {}, method = "POST" }: Request = {},
): Happening {
  const body = JSON.stringify({ time_ms: timeMs, events });
  const bytes = body.length;
  const happening = { kind: "webhook", method, path: "/", headers, body, bytes, answered } as const;
  return at === undefined ? happening : { ...happening, ...{ t: at } };
}

const channel = "orders-x";
const occupied = { name: "channel_occupied", channel };
const vacated = { name: "channel_vacated", channel };
const left: Happening = {
  kind: "closed",
  socket: "ana#1",
  by: "plumbline",
  code: 1006,
  reason: "",
};

describe("webhook", () => {
  const finding = (took: readonly number[]) =>
    judged({
      verb: "webhook",
      params: { event: "channel_vacated", on: "orders", where: { channel } },
      before: [webhook([occupied]), webhook([{ ...vacated, channel: null }]), webhook([vacated])],
      ended: { took, outcome: took.length > 0 ? "done" : "deadline", facts: { channel, index: 0 } },
    });

  it("holds with the event that came", () => {
    const found = finding([2]);
    assertEquals(found.holds, true);
    assertStringIncludes(found.message, '"name":"channel_vacated"');
  });

  it("shows what came instead", () => {
    const missed = finding([]);
    assertEquals(missed.holds, false);
    assertStringIncludes(missed.message, "channel_occupied");
  });
});

describe("webhooks counted", () => {
  const finding = (
    before: readonly Happening[],
    after: readonly Happening[] = [],
    count: unknown = 1,
  ) =>
    judged({
      verb: "webhooks",
      params: { event: "channel_occupied", on: "orders", times: count, past: "later" },
      before,
      ended: { facts: { channel } },
      after,
    }).holds;

  it("count events of one name and channel, however they are put into requests", () => {
    const other = { ...occupied, channel: "invoices-x" };
    assertEquals(finding([webhook([other, occupied, vacated])]), true);
    assertEquals(finding([webhook([occupied, occupied])]), false);
    assertEquals(finding([webhook([occupied]), webhook([occupied])]), false);
    assertEquals(finding([webhook([other])]), false);
  });

  it("count an event that was refused and tried again once", () => {
    const attempts = [webhook([occupied], { answered: 500 }), webhook([occupied], { answered: 0 })];
    assertEquals(finding([...attempts, webhook([occupied])]), true);
    assertEquals(finding(attempts, [], 0), true);
  });

  it("count what comes late, unless the scenario went on or let its sockets go", () => {
    assertEquals(finding([webhook([occupied])], [webhook([occupied])]), false);
    assertEquals(finding([webhook([occupied])], [left, webhook([occupied])]), true);
  });

  it("deny what must not have come", () => {
    const denied = (before: readonly Happening[]) =>
      judged({
        verb: "webhooks",
        params: { event: "channel_vacated", on: "orders", times: 0, past: "later" },
        before,
        ended: { facts: { channel } },
      }).holds;
    assertEquals(denied([webhook([occupied])]), true);
    assertEquals(denied([webhook([vacated])]), false);
  });
});

describe("everyWebhook", () => {
  const finding = (params: Record<string, unknown>, before: readonly Happening[], key?: string) =>
    judged({ verb: "everyWebhook", params, before, ended: { facts: key ? { key } : {} } }).holds;
  const ours = { headers: { "x-pusher-key": "ours" } };

  it("judges method, headers and body of each request", () => {
    const right = webhook([occupied], ours);
    const wrong = webhook([occupied], { method: "PUT" });
    assertEquals(finding({ method: "POST" }, [right]), true);
    assertEquals(finding({ method: "POST" }, [right, wrong]), false);
    assertEquals(finding({ headers: { "x-pusher-key": "ours" } }, [right, wrong]), false);
    const single = { body: { events: { $length: 1 } } };
    assertEquals(finding(single, [right]), true);
    assertEquals(finding(single, [right, webhook([occupied, vacated])]), false);
  });

  it("judges the requests of one app where only those are meant", () => {
    const others = webhook([occupied], { method: "PUT", headers: { "x-pusher-key": "theirs" } });
    assertEquals(finding({ method: "POST" }, [webhook([occupied], ours), others], "ours"), true);
    assertEquals(finding({ method: "POST" }, [others], "theirs"), false);
  });

  it("cannot judge where none came", () => {
    assertEquals(finding({ method: "POST" }, []), "blocked");
  });
});

describe("everyWebhookIsSigned", () => {
  const finding = (signature: string | undefined) => {
    const request = webhook([occupied], {
      headers: signature === undefined ? {} : { "x-pusher-signature": signature },
    });
    const body = request.kind === "webhook" ? request.body : "";
    return judged({
      verb: "everyWebhook",
      params: { signed: true },
      before: [request],
      ended: { facts: { signatures: { 0: signWebhook("secret", body) } } },
    }).holds;
  };

  it("holds the signature of the body, and no other", () => {
    const body = JSON.stringify({ time_ms: 5000, events: [occupied] });
    assertEquals(finding(signWebhook("secret", body)), true);
    assertEquals(finding(signWebhook("another secret", body)), false);
    assertEquals(finding(signWebhook("secret", `${body} `)), false);
    assertEquals(finding(signWebhook("secret", body).toUpperCase()), false);
    assertEquals(finding(undefined), false);
  });
});

describe("everyWebhookIsDated", () => {
  const began = 1_700_000_000_000;
  const finding = (timeMs: unknown) =>
    judged({
      verb: "everyWebhook",
      params: { dated: true },
      before: [webhook([occupied], { at: 20_000, timeMs })],
      ended: { facts: { began } },
    }).holds;

  it("holds whole milliseconds between the scenario's beginning and the request", () => {
    assertEquals(finding(began + 20_000), true);
    assertEquals(finding(began + 90_000), false);
    assertEquals(finding(began + 1000), false);
    assertEquals(finding(Math.floor(began / 1000)), false);
    assertEquals(finding(String(began + 20_000)), false);
    assertEquals(finding(began + 20_000.5), false);
    assertEquals(finding(undefined), false);
  });
});

describe("webhookAttempts", () => {
  const finding = (
    times: readonly number[],
    { count = times.length, ...rules }: { count?: number; backingOff?: boolean; apart?: string },
  ) =>
    judged({
      verb: "webhook",
      params: { event: "channel_occupied", on: "orders", attempts: count, ...rules },
      before: times.map((at) => webhook([occupied], { at, answered: 500 })),
      ended: { facts: { channel, count } },
    }).holds;

  it("asks for as many as were said", () => {
    assertEquals(finding([0, 200], {}), true);
    assertEquals(finding([0, 200], { count: 3 }), false);
    assertEquals(finding([0], { count: 2 }), false);
  });

  it("tells exponential backing off from a constant pace, noise or none", () => {
    assertEquals(finding([0, 200, 600, 1400, 3000], { backingOff: true }), true);
    assertEquals(finding([0, 400, 800, 1700, 3200], { backingOff: true }), true);
    assertEquals(finding([0, 200, 400, 600, 800], { backingOff: true }), false);
    assertEquals(finding([0, 1, 2, 3, 4], { backingOff: true }), false);
  });

  it("tells patience from haste", () => {
    assertEquals(finding([0, 4200], { apart: "3s" }), true);
    assertEquals(finding([0, 200], { apart: "3s" }), false);
  });
});

describe("webhooksAlternate", () => {
  const finding = (events: readonly (readonly [Record<string, unknown>, number])[]) =>
    judged({
      verb: "webhooks",
      params: { alternate: ["channel_occupied", "channel_vacated"], on: "orders" },
      before: events.map(([event, timeMs]) => webhook([event], { timeMs })),
      ended: { facts: { channel } },
    }).holds;

  it("holds turns that begin with occupied, in the order they were made", () => {
    assertEquals(finding([[occupied, 1], [vacated, 2], [occupied, 3]]), true);
    assertEquals(finding([[vacated, 2], [occupied, 1]]), true);
    assertEquals(finding([[vacated, 1], [occupied, 1]]), true);
  });

  it("fails where one comes twice, or the wrong one first", () => {
    assertEquals(finding([[occupied, 1], [occupied, 2], [vacated, 3]]), false);
    assertEquals(finding([[occupied, 1], [vacated, 2], [vacated, 3]]), false);
    assertEquals(finding([[vacated, 1], [occupied, 2]]), false);
  });

  it("cannot tell turns from a single event", () => {
    assertEquals(finding([[occupied, 1]]), "blocked");
  });
});

describe("stallDelaysNothing", () => {
  const whisper = (kind: "sent" | "received", data: string, t: number): Happening => {
    const text = JSON.stringify({ event: "client-tick", channel, data });
    const socket = kind === "sent" ? "ana#1" : "bob#1";
    return { kind, socket, opcode: "text", text, bytes: text.length, ...{ t } };
  };
  const finding = (silent: number | undefined, isSilent = true) =>
    judged({
      verb: "stallDelaysNothing",
      params: { event: "client-tick", on: "orders" },
      before: [
        whisper("sent", "1", 10),
        whisper("received", "1", 12),
        webhook([occupied], { at: 20, answered: isSilent ? 0 : 200 }),
        whisper("sent", "2", 30),
        ...(silent === undefined ? [] : [whisper("received", "2", 30 + silent)]),
      ],
      ended: { facts: { channel } },
    }).holds;

  it("holds events that come as fast as before, or nearly", () => {
    assertEquals(finding(2), true);
    assertEquals(finding(200), true);
  });

  it("fails where they wait for the endpoint, or are lost", () => {
    assertEquals(finding(4000), false);
    assertEquals(finding(undefined), false);
  });

  it("cannot tell where no webhook was left without an answer", () => {
    assertEquals(finding(2, false), "blocked");
  });
});
