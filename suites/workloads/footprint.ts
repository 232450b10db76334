/**
 * What a server keeps of connections that are gone: memory and descriptors, measured after every
 * cycle of a crowd that came and left (P-307).
 *
 * Memory never returns to the byte, and a runtime's heap grows in steps before it is collected. So
 * a leak is told by its slope: the median of the slopes between every two cycles (Theil and Sen's
 * estimator), which a few outliers do not bend.
 */
import { z } from "zod";
import { delay, pooledMap } from "@std/async";
import { median } from "simple-statistics";
import type { Client } from "../client/client.ts";
import { subscribe } from "../client/subscribe.ts";
import type { Evidence } from "../record/evidence.ts";
import { isFrame } from "../record/frames.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  broken,
  done,
  fails,
  type Finding,
  holds,
  scenarioVerb,
  type Verb,
} from "../engine/verb.ts";
import { type Footprint, footprintOf } from "../resources/footprint.ts";
import { isRecord } from "../wire/frame.ts";
import { dial, establish } from "../steps/connect.ts";

const churnConnections = z.strictObject({
  group: z.string().describe("the group that comes and goes"),
  cycles: z.number().int().min(8).describe("how often, the first three not counted"),
});
const keepsNothing = z.strictObject({
  of: z.enum(["memory", "descriptors"]).describe("of connections that are gone"),
});

/** The server after one cycle. */
export interface Sample extends Footprint {
  /** Connections made and ended so far. */
  readonly connections: number;
}

/** Cycles in which caches fill and code is compiled. */
const WARM_UP_CYCLES = 3;

const AT_A_TIME = 50;

/** Descriptors that come and go with other things than connections: logs, timers, our own calls. */
const SPARE_DESCRIPTORS = 20;

/** Bytes a connection may leave behind before it is called a leak: allocators do not give all back. */
const SPARE_BYTES = 1024;

/** The smallest growth over the whole run, relative to its beginning, that tells from noise. */
const LEAST_GROWTH = 0.1;

/** Comes, joins two channels and goes: every other client without a farewell. */
async function comeAndGo(client: Client, index: number, attempt: Attempt): Promise<void> {
  dial({}, client, attempt);
  if ((await establish(client, attempt)).outcome !== "done") return;
  const from = attempt.log.events.length;
  for (const name of ["churn", `churn-${index}`]) {
    subscribe(client, attempt.names.of(name));
  }
  await client.until(
    (event) =>
      event.kind === "closed" || isFrame(event, { channel: attempt.names.of(`churn-${index}`) }),
    attempt.deadlineMs,
    from,
  );
  if (index % 2 === 0) client.line?.reset();
  else client.line?.close(1000);
  await client.until(({ kind }) => kind === "closed", attempt.deadlineMs);
}

/** Measures once the descriptors are back where they were, or will not come back. */
async function measureAtRest(pid: number, atRest: number, deadlineMs: number) {
  const over = performance.now() + deadlineMs;
  for (;;) {
    const measured = await footprintOf(pid);
    const isAtRest = !measured || measured.descriptors <= atRest + SPARE_DESCRIPTORS;
    if (isAtRest || performance.now() > over) return measured;
    await delay(100);
  }
}

/** Bytes a connection leaves behind: the median slope between every two samples. */
export function bytesLeftBehind(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((one, index) =>
    samples.slice(index + 1).map((other) =>
      (other.memoryBytes - one.memoryBytes) / (other.connections - one.connections)
    )
  );
  return median(slopes);
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

function judgeMemory(samples: readonly Sample[]): Finding {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return blocked("the server was not measured");
  const left = bytesLeftBehind(samples);
  const connections = last.connections - first.connections;
  const said = `over ${connections} connections its memory went from ${
    megabytes(first.memoryBytes)
  } to ${megabytes(last.memoryBytes)}, ${Math.round(left)} bytes a connection`;
  const grows = left > SPARE_BYTES && left * connections > LEAST_GROWTH * first.memoryBytes;
  return grows ? fails(said) : holds(said);
}

function judgeDescriptors(samples: readonly Sample[]): Finding {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return blocked("the server was not measured");
  const said = `it had ${first.descriptors} descriptors open, and ${last.descriptors} after ${
    last.connections - first.connections
  } more connections had ended`;
  return last.descriptors > first.descriptors + SPARE_DESCRIPTORS ? fails(said) : holds(said);
}

/** The samples that the scenario's churn left in its evidence, warm-up aside. */
function samplesIn(events: readonly Evidence[]): Sample[] {
  const measured = events.findLast((event) =>
    event.kind === "step-end" && Array.isArray(event.facts?.samples)
  );
  const samples = measured?.kind === "step-end" ? measured.facts?.samples : [];
  return (Array.isArray(samples) ? samples : []).filter(isSample).slice(WARM_UP_CYCLES);
}

function isSample(value: unknown): value is Sample {
  return isRecord(value) && typeof value.connections === "number" &&
    typeof value.memoryBytes === "number" && typeof value.descriptors === "number";
}

export const FOOTPRINT: readonly Verb[] = [
  scenarioVerb({
    name: "churnConnections",
    summary:
      "Lets a group connect, subscribe and leave, cycle after cycle, and measures the server's process after each.",
    schema: churnConnections,
    run: async (params, attempt) => {
      const pid = attempt.target.server?.pid;
      if (pid === undefined) return broken("Plumbline did not start this server");
      const before = await footprintOf(pid);
      if (!before) return broken("the server's process can be measured on Linux only");
      const clients = attempt.clients(params.group);
      const numbered = clients.map((client, index) => ({ client, index }));
      const samples: Sample[] = [];
      for (let cycle = 1; cycle <= params.cycles; cycle++) {
        const all = pooledMap(
          AT_A_TIME,
          numbered,
          ({ client, index }) => comeAndGo(client, index, attempt),
        );
        for await (const _ of all) continue;
        const measured = await measureAtRest(pid, before.descriptors, attempt.deadlineMs);
        if (!measured) return broken("the server's process is gone");
        const sample = { connections: cycle * clients.length, ...measured };
        samples.push(sample);
        attempt.log.add({ kind: "server", what: "measured", detail: JSON.stringify(sample) });
      }
      return done([], { samples });
    },
  }),
  scenarioVerb({
    name: "footprint",
    form: "of",
    summary: "What the server held after the first cycles of churn, it holds after the last.",
    schema: keepsNothing,
    run: () => done(),
    judge: ({ of: what }, view) => {
      const samples = samplesIn(view.events.slice(0, view.end));
      if (samples.length < 2) return blocked("the server was not measured");
      return what === "memory" ? judgeMemory(samples) : judgeDescriptors(samples);
    },
  }),
];
