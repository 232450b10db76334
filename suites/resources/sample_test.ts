import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { freePort } from "../../targets/start.ts";
import { hostSource } from "./host.ts";
import { redisSource } from "./redis.ts";
import { resourcesSchema } from "./resources.ts";
import { sampleSources } from "./sample.ts";
import type { Source } from "./source.ts";

describe("sampling", () => {
  it("takes what its sources tell, a second apart, as the report's schema wants it", async () => {
    const sampler = sampleSources([hostSource()]);
    const first = await sampler.next();
    const second = await sampler.next();
    const resources = resourcesSchema.parse(await sampler.stop());
    assert(Math.abs(second.at - first.at - 1) < 0.5, `${first.at} and ${second.at}`);
    assertEquals(resources.samples.length, 3);
    assert(resources.samples.every(({ host }) => (host?.memory ?? 0) > 0));
    assert((resources.samples[1]?.host?.cpu ?? -1) >= 0);
  });

  it("waits for no source that is slow, and gives its figures to the moment it was asked", async () => {
    const answer = Promise.withResolvers<void>();
    let asked = 0;
    const slow: Source = {
      name: "slow",
      describe: () => "something slow",
      read: async () => {
        asked++;
        await answer.promise;
        return { queries: { slow: asked } };
      },
    };
    const quick: Source = {
      name: "quick",
      describe: () => "something quick",
      read: () => {
        // Once it has been asked again, the slow one may answer.
        if (++asked === 3) answer.resolve();
        return Promise.resolve({ host: { memory: asked } });
      },
    };
    const sampler = sampleSources([slow, quick]);
    await sampler.next();
    const { samples } = await sampler.stop();
    assertEquals(samples[0]?.queries, { slow: 3 }, "asked first, answered after the second sample");
    assertEquals(samples[1]?.host, { memory: 3 });
    assertEquals(samples[1]?.queries, undefined, "it was not asked while it had not answered");
  });

  it("says what failed, how often and why, and samples the rest", async () => {
    const nobody = `redis://:secret@127.0.0.1:${freePort()}`;
    const sampler = sampleSources([redisSource(nobody), hostSource()]);
    await sampler.next();
    const { samples, sources } = await sampler.stop();
    assert(samples.every(({ host, redis }) => host && !redis));
    assert(sources[0]?.includes(`${samples.length} of ${samples.length} samples are missing`));
    assert(sources[0]?.includes("ECONNREFUSED"), sources[0]);
    assert(!sources[0]?.includes("secret"), sources[0]);
  });
});
