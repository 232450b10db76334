import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { EvidenceOf } from "../record/evidence.ts";
import { type EvidenceLog, openRecorder } from "../record/evidence_log.ts";
import { receiveWebhooks, type WebhookReceiver } from "./webhook_receiver.ts";

describe("the webhook receiver", () => {
  let receiver: WebhookReceiver;
  let ana: EvidenceLog;
  let bob: EvidenceLog;
  beforeEach(() => {
    receiver = receiveWebhooks("127.0.0.1", 0);
    const recorder = openRecorder(() => {});
    ana = recorder.log("test/ana");
    bob = recorder.log("test/bob");
    receiver.listen("-run-001", ana);
    receiver.listen("-run-002", bob);
  });
  afterEach(() => receiver.close());

  async function post(body: BodyInit, path = ""): Promise<number> {
    const answer = await fetch(receiver.url + path, { method: "POST", body });
    await answer.body?.cancel();
    return answer.status;
  }
  const event = (name: string, channel: string) =>
    JSON.stringify({ time_ms: 1, events: [{ name, channel }] });
  const came = (log: EvidenceLog) =>
    log.events.filter((e): e is EvidenceOf<"webhook"> => e.kind === "webhook");

  it("hands a webhook to every scenario it mentions, with its path, and to no other", async () => {
    await post(event("channel_occupied", "orders-run-001"), "/batched");
    await post(`${event("a", "x-run-001")} ${event("b", "x-run-002")}`);
    await post(event("channel_occupied", "orders-run-003"));
    assertEquals(came(ana).map(({ path }) => path), ["/webhooks/batched", "/webhooks"]);
    assertEquals(came(bob).length, 1);
  });

  it("hands the first webhooks that tell of nothing to the scenario that came last", async () => {
    for (let times = 0; times < 5; times++) await post('{"time_ms":1,"events":[]}');
    assertEquals([came(ana).length, came(bob).length], [0, 3]);
  });

  it("answers as planned the events a plan is about, and 200 otherwise", async () => {
    receiver.answer("-run-001", {
      event: "channel_vacated",
      channel: "orders-run-001",
      answers: [500, 404],
    });
    assertEquals(await post(event("channel_occupied", "orders-run-001")), 200);
    assertEquals(await post(event("channel_vacated", "other-run-001")), 200);
    assertEquals(await post(event("channel_vacated", "orders-run-001")), 500);
    assertEquals(await post(event("channel_vacated", "orders-run-001")), 404);
    assertEquals(await post(event("channel_vacated", "orders-run-001")), 200);
    assertEquals(came(ana).map(({ answered }) => answered), [200, 200, 500, 404, 200]);
  });

  it("leaves a webhook without an answer where that is planned", async () => {
    receiver.answer("-run-001", { answers: ["never"] });
    const impatient = new AbortController();
    const asked = fetch(receiver.url, {
      method: "POST",
      body: event("a", "orders-run-001"),
      signal: impatient.signal,
    }).then(() => "answered", () => "given up");
    await ana.until(({ kind }) => kind === "webhook", { deadlineMs: 5000 });
    impatient.abort();
    assertEquals(await asked, "given up");
    assertEquals(came(ana).map(({ answered }) => answered), [0]);
  });

  it("keeps the beginning of a body that is too long, and its size", async () => {
    const body = event("a", "orders-run-001") + " ".repeat(2 * 1024 * 1024);
    assertEquals(await post(body), 200);
    assertEquals(came(ana).map(({ body, bytes }) => [body.length, bytes]), [[
      1024 * 1024,
      body.length,
    ]]);
  });

  it("goes on after bodies that are no JSON, no text, or nested without end", async () => {
    receiver.answer("-run-001", { answers: [500] });
    assertEquals(await post("-run-001 is no JSON"), 200);
    assertEquals(await post(new Uint8Array([0xff, 0xfe, 0])), 200);
    assertEquals(await post(`"-run-001"${"[".repeat(500_000)}`), 200);
    assertEquals(await post('{"events":[null,7,{"channel":{"-run-001":[]}}]}'), 200);
    assertEquals(await post(event("a", "orders-run-001")), 500);
  });

  it("goes on, and closes, while a body never ends", async () => {
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("-run-001")),
    });
    const hanging = post(endless).catch(() => 0);
    assertEquals(await post(event("a", "orders-run-001")), 200);
    await receiver.close();
    await hanging;
  });
});
