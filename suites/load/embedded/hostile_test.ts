import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { assertRejects } from "@std/assert";
import { CannotRun } from "../engine.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import { embedded } from "./embedded_engine.ts";
import { planFor, SECRET, totalOf } from "./testing/plan.ts";
import { type Behaviour, serve, serverFrame } from "./testing/target.ts";

const run = (plan: LoadPlan, signal = new AbortController().signal) =>
  embedded(plan, { secret: SECRET, signal, out: "" });

const two: Partial<LoadPlan> = {
  clients: [{ name: "two", count: 2, perSecond: 100, channels: [[0]] }],
  phases: [{ name: "all", seconds: 0.5, rate: 1, measured: true }],
  settleMs: 300,
};

/** Greets the first client so, and the other not at all. */
function greeting(bytes: Uint8Array): Behaviour {
  let clients = 0;
  return { greeting: () => clients++ === 0 ? bytes : new Uint8Array() };
}

/** What is told of a run whose first client is greeted so. */
async function troublesOf(bytes: Uint8Array): Promise<string[]> {
  const { close, ...address } = await serve(greeting(bytes));
  const { troubles } = await run(planFor(address, two));
  close();
  return troubles.map(({ what, detail }) => `${what}: ${detail}`);
}

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("what a hostile target sends is a trouble, and no crash", () => {
  const cases: readonly [string, Uint8Array, string][] = [
    ["garbage", bytes(0xff, 0xff, 0, 1, 2), "connection: a frame with a reserved bit set"],
    [
      "a frame without end",
      bytes(0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0),
      "connection: a message of more than 4194304 bytes",
    ],
    [
      "text that is no message",
      serverFrame("hello"),
      'connection: a message that is no protocol message: "hello"',
    ],
    [
      "a second greeting without its data",
      serverFrame('{"event":"pusher:connection_established"}'),
      "connection: pusher:connection_established without its data",
    ],
    [
      "an error",
      serverFrame('{"event":"pusher:error","data":{"code":4301}}'),
      'error: {"code":4301}',
    ],
    ["a close", bytes(0x88, 2, 0x10, 0x04), 'connection: the server closed with 4100 ""'],
  ];
  for (const [title, sent, trouble] of cases) {
    it(title, async () => {
      const params = await troublesOf(sent);
      assert(params.some((line) => line.startsWith(trouble)), `told of: ${params.join("; ")}`);
    });
  }

  it("events that nobody has published, or that are of no channel of the client, are not delivered", async () => {
    const stamped = (fields: string) =>
      serverFrame(`{"event":"x","channel":"private-auction","data":"@plumbline:${fields}@"}`);
    const forged = Uint8Array.from([
      ...stamped("0000:01:00000000:0000ffff:0000000000000001"), // never sent
      ...stamped("0000:01:0000ffff:00000000:0000000000000001"), // of no client
      ...stamped("0000:ff:00000000:00000000:0000000000000001"), // of no phase
    ]);
    const { close, ...address } = await serve(greeting(forged));
    const measured = await run(planFor(address, two));
    close();
    const { delivered, expected, unexpected } = totalOf(measured);
    assertEquals({ delivered, unexpected }, { delivered: expected, unexpected: 2 });
  });
});

describe("a plan that cannot be run", () => {
  it("says what kept every client from coming up", async () => {
    const target = await serve({});
    target.close();
    const plan = planFor({ websocket: target.websocket, api: target.api }, two);
    await assertRejects(() => run(plan), CannotRun, "no client connected: connect: ");
  });

  it("says what to raise where the machine does not hold its connections", async () => {
    const crowd = { name: "crowd", count: 5_000_000, perSecond: 1, channels: [[0]] };
    const plan = planFor({ websocket: "ws://127.0.0.1:1", api: "http://127.0.0.1:1" }, {
      clients: [crowd],
    });
    await assertRejects(() => run(plan), CannotRun, "5000000 connections");
  });
});

describe("a run that is interrupted", () => {
  it("says what was seen until then, marked incomplete", async () => {
    const { close, ...address } = await serve({});
    const interrupt = new AbortController();
    const plan = planFor(address, {
      ...two,
      phases: [{ name: "long", seconds: 60, rate: 1, measured: true }],
    });
    const seen: number[] = [];
    const measured = await embedded(plan, {
      secret: SECRET,
      signal: interrupt.signal,
      out: "",
      onInterval: ({ delivered }) => {
        seen.push(delivered);
        if (seen.length === 2) interrupt.abort();
      },
    });
    close();
    assertEquals(measured.complete, false);
    assert(totalOf(measured).delivered > 10);
    assertEquals(
      measured.intervals.slice(0, 2).map(({ delivered }) => delivered),
      seen.slice(0, 2),
    );
  });
});
