import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root } from "../cli/testing.ts";
import { readSource } from "../language/source.ts";
import { readTarget } from "../../targets/file.ts";
import { freePort } from "../../targets/start.ts";
import { hostSource } from "./host.ts";
import { redisSource } from "./redis.ts";
import { resourcesSchema } from "../record/load/resources.ts";
import { sampleResources, sampleSources } from "./sample.ts";
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
      describe: () => "something slow",
      read: async () => {
        asked++;
        await answer.promise;
        return { queries: { slow: asked } };
      },
    };
    const quick: Source = {
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

  it("comes to its end though a source never answers, and says that it did not", async () => {
    const mute: Source = { describe: () => "something mute", read: () => new Promise(() => {}) };
    const sampler = sampleSources([mute, hostSource()]);
    const { samples, sources } = await sampler.stop();
    assert(samples.every(({ host }) => host));
    assert(sources[0]?.startsWith(`something mute (1 of ${samples.length} samples`), sources[0]);
  });

  it("finds the process of a target on this machine by where its clients connect", async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr; // a TCP listener's address
    const text = (await Deno.readTextFile(join(root, "targets/reference.yaml")))
      .replaceAll("${REFERENCE_PORT:-8080}", String(port));
    const target = readTarget(readSource("here.yaml", text), { started: false });
    const sampler = sampleResources({ target });
    const { process } = await sampler.next();
    const { sources } = await sampler.stop();
    listener.close();
    if (Deno.build.os === "linux") {
      assert((process?.descriptors ?? 0) > 3, JSON.stringify(process));
      assert(sources.some((source) => source.startsWith(`process ${Deno.pid} (`)), sources.join());
    } else {
      assert(sources.some((source) => source.includes("no /proc")), sources.join());
    }
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
