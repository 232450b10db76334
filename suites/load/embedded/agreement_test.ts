import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";

import { loadTarget } from "../../../targets/file.ts";
import { startServer } from "../../../targets/start.ts";
import { root, withFolder } from "../../cli/testing.ts";
import { decodeHistogram, quantileOf } from "../../record/load/histogram.ts";
import { k6, k6Version } from "../k6/k6_engine.ts";
import type { LoadMeasurements } from "../../record/load/measurements.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import { embedded } from "./embedded_engine.ts";
import { addressOf, planFor, SECRET, totalOf } from "./testing/plan.ts";

const built = await k6Version().then(() => true, () => false);

/** How far apart the two may be, the server's own mood between two runs included. */
const APART = 4;

/** The machine's own mood between two runs may part them once, but not each time. */
const ATTEMPTS = 3;

async function byBoth(plan: LoadPlan) {
  const { signal } = new AbortController();
  return await withFolder(async (out) => ({
    own: await embedded(plan, { secret: SECRET, signal, out }),
    other: await k6(plan, { secret: SECRET, signal, out }),
  }));
}

/** The latencies of the last phase whose medians are too far apart; empty where none are. */
function disagreement(own: LoadMeasurements, other: LoadMeasurements): string {
  const [mine, theirs] = [own, other].map(({ phases }) => phases.at(-1)?.latencies ?? {});
  assert(mine && theirs);
  assertEquals(Object.keys(mine).sort(), Object.keys(theirs).sort());
  return (["delivery", "answer", "first", "last", "whisper"] as const)
    .map((latency) => ({ latency, ratio: median(mine[latency]) / median(theirs[latency]) }))
    .filter(({ ratio }) => ratio > APART || ratio < 1 / APART)
    .map(({ latency, ratio }) => `${latency}: ${ratio.toFixed(2)} times k6's`)
    .join(", ");
}

/** Everything at once that a plan can ask for and that has one right count. */
const change: Partial<LoadPlan> = {
  channels: ["private-hall", "presence-room", "private-encrypted-vault"],
  clients: [
    { name: "crowd", count: 60, perSecond: 1000, channels: [[0], [0, 1], [1, 2]] },
    {
      name: "talkers",
      count: 10,
      perSecond: 100,
      channels: [[1]],
      whispers: { perSecond: 2, bytes: 80 },
    },
    {
      name: "slow",
      count: 5,
      perSecond: 100,
      channels: [[0]],
      slow: { pauseMs: 200, everyMs: 300 },
    },
  ],
  publishers: [
    { event: "Said", perSecond: 20, channels: [0, 1], bytes: 200 },
    { event: "Sealed", perSecond: 10, channels: [2], bytes: 200 },
    { event: "Batched", perSecond: 30, channels: [0, 1, 2], bytes: 100, batch: 3 },
  ],
};

describe("the embedded engine and k6", () => {
  it(
    "count the same on the same plan, and agree on latencies",
    { skip: built ? false : ".cache/k6/k6 is not there: `deno task k6:build` builds it" },
    async () => {
      const target = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
      const server = await startServer(target, "http://127.0.0.1:9/nobody");
      try {
        const plan = planFor(addressOf(server), change);
        let apart = "";
        for (let tried = 0; tried < ATTEMPTS; tried++) {
          const { own, other } = await byBoth(plan);
          assertEquals(own.phases.map(({ counts }) => counts), other.phases.map((p) => p.counts));
          assertEquals(own.connections, other.connections);
          assertEquals([own.troubles, other.troubles], [[], []]);
          assert(totalOf(own).delivered > 3000);
          apart = disagreement(own, other);
          if (apart === "") return;
        }
        assert(false, `in each of ${ATTEMPTS} runs, in the last: ${apart}`);
      } finally {
        await server.stop();
      }
    },
  );
});

/** In microseconds. */
const median = (histogram = "") => quantileOf(decodeHistogram(histogram), 0.5);
