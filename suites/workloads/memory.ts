/**
 * The memory of the server's process, where Plumbline started it, at two moments of a scenario.
 *
 * What came and went many times is measured by `growth/`; this is for something large that happens a
 * few times: the server may take memory for it, and must give it back within two seconds.
 */
import { z } from "zod";
import type { Attempt } from "../engine/attempt.ts";
import { footprintOf } from "../resources/footprint.ts";
import { broken, done, fails, holds, scenarioVerb, type Verb } from "../engine/verb.ts";

const weighs = z.strictObject({ as: z.string().describe("a name for what it weighs now") });
const lighterThan = z.strictObject({
  since: z.string().describe("an earlier measure"),
  megabytes: z.number().min(1).describe("the most it may have grown by"),
});

const MEGABYTE = 1024 * 1024;
const SAMPLES = 20;
const SAMPLE_GAP_MS = 100;

/** Resident bytes of the server's process and its children; `undefined` where they cannot be read. */
async function residentBytes({ target }: Attempt): Promise<number | undefined> {
  return target.server && (await footprintOf(target.server.pid))?.memoryBytes;
}

export const MEMORY: readonly Verb[] = [
  scenarioVerb({
    name: "footprint",
    form: "as",
    summary: "Measures the memory of the server's process.",
    schema: weighs,
    run: async (params, attempt) => {
      const bytes = await residentBytes(attempt);
      if (bytes === undefined) {
        return broken("the memory of the server's process cannot be read here");
      }
      attempt.variables.set(params.as, bytes);
      return done([], { megabytes: Math.round(bytes / MEGABYTE) });
    },
  }),
  scenarioVerb({
    name: "footprint",
    form: "since",
    summary: "The server's memory settles within so many megabytes of an earlier measure.",
    schema: lighterThan,
    run: async (params, attempt) => {
      const before = attempt.variables.get(params.since);
      if (typeof before !== "number") return broken(`nothing was weighed as ${params.since}`);
      let least = Infinity;
      // A collector takes its time; the least of two seconds is what has settled.
      for (let sample = 0; sample < SAMPLES; sample++) {
        least = Math.min(least, await residentBytes(attempt) ?? Infinity);
        if (least - before <= params.megabytes * MEGABYTE) break;
        await new Promise((resolve) => setTimeout(resolve, SAMPLE_GAP_MS));
      }
      if (least === Infinity) {
        return broken("the memory of the server's process cannot be read here");
      }
      return done([], {
        before: Math.round(before / MEGABYTE),
        after: Math.round(least / MEGABYTE),
      });
    },
    judge: (params, view) => {
      const { before, after } = view.ended.facts ?? {};
      if (typeof before !== "number" || typeof after !== "number") {
        return fails(view.ended.detail ?? "nothing was weighed");
      }
      const said = `from ${before} MB to ${after} MB`;
      return after - before <= params.megabytes
        ? holds(`memory went ${said}`)
        : fails(`expected memory to settle within ${params.megabytes} MB; it went ${said}`);
    },
  }),
];
