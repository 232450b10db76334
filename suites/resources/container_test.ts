import { assert, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { GenericContainer, getContainerRuntimeClient, Wait } from "testcontainers";
import { withoutDocker } from "../../targets/testing/docker.ts";
import { containerSource } from "./container.ts";
import { processSource } from "./process.ts";
import { sampleSources } from "./sample.ts";

const MEGABYTE = 1024 * 1024;

/**
 * Holds 600 MB, says so, and then works half of the time, by the clock. It is much, because the
 * daemon charges the 30 MB of a runtime's program file to whoever on the machine has read it first.
 */
const WORK = `
globalThis.held = new Uint8Array(600 * 1024 * 1024).fill(1);
console.log("holding", globalThis.held.length);
for (;;) {
  const until = performance.now() + 50;
  while (performance.now() < until) Math.sqrt(until);
  await new Promise((resolve) => setTimeout(resolve, 50));
}`;

/** What the daemon says when it is asked once, as `docker stats --no-stream` does. */
async function dockerStats(id: string) {
  const { container } = await getContainerRuntimeClient();
  return await container.getById(id).stats({ stream: false });
}

type DockerStats = Awaited<ReturnType<typeof dockerStats>>;

/** Cores in use from before the first of two looks until the second. */
function coresBetween(first: DockerStats, last: DockerStats): number {
  const seconds = (Date.parse(last.read) - Date.parse(first.preread)) / 1000;
  const { cpu_usage: before } = first.precpu_stats;
  return (last.cpu_stats.cpu_usage.total_usage - before.total_usage) / 1e9 / seconds;
}

/** Long enough that it does not matter that one window begins a second before the other. */
const SECONDS = 8;

function assertWithin(share: number, seen: number | undefined, truth: number, what: string) {
  const ratio = (seen ?? NaN) / truth;
  assert(Math.abs(ratio - 1) <= share, `${what}: ${seen} where docker stats says ${truth}`);
}

const mean = (all: (number | undefined)[]) =>
  all.reduce<number>((sum, one) => sum + (one ?? NaN), 0) / all.length;

describe("a container", { skip: await withoutDocker() }, () => {
  it("is told within 10 % of docker stats, by the daemon and by its processes alike", async () => {
    const started = await new GenericContainer("denoland/deno:2.9.6")
      .withCommand(["eval", WORK])
      .withWaitStrategy(Wait.forLogMessage("holding"))
      .start();
    try {
      const id = started.getId();
      const { container } = await getContainerRuntimeClient();
      const { State: { Pid } } = await container.getById(id).inspect();
      const sampler = sampleSources([containerSource(() => id), processSource(() => Pid)]);
      await sampler.next();
      const before = await dockerStats(id);
      for (let seconds = 0; seconds < SECONDS; seconds++) await sampler.next();
      const after = await dockerStats(id);
      const { samples, restarts } = await sampler.stop();
      const [, ...measured] = samples; // the first knows no rates
      const cpu = coresBetween(before, after);
      const memory = after.memory_stats.usage - (after.memory_stats.stats.inactive_file ?? 0);
      const last = measured.at(-1);
      assertWithin(0.1, mean(measured.map((one) => one.container?.cpu)), cpu, "container, CPU");
      assertWithin(0.1, mean(measured.map((one) => one.process?.cpu)), cpu, "processes, CPU");
      assertWithin(0.1, last?.container?.rss, memory, "container, memory");
      assertWithin(0.1, last?.process?.pss, memory, "processes, memory");
      assert((last?.container?.received ?? -1) >= 0 && (last?.container?.threads ?? 0) > 1);
      assert(restarts.length === 0);
    } finally {
      await started.stop({ timeout: 0 });
    }
  });

  it("that was restarted is told so, and one that is gone has no figures", async () => {
    const started = await new GenericContainer("redis:7")
      .withWaitStrategy(Wait.forLogMessage("Ready to accept connections"))
      .start();
    const source = containerSource(() => started.getId());
    const params: string[] = [];
    const read = () => source.read((restart) => void params.push(restart));
    try {
      await read();
      await started.exec(["sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"]);
      await read();
      await started.restart({ timeout: 0 });
      const { container } = await read();
      assert((container?.rss ?? 0) > MEGABYTE);
      assert(params.length === 1 && params[0]?.includes("was restarted"), params.join());
    } finally {
      await started.stop({ timeout: 0 });
    }
    await assertRejects(read, Error);
  });
});
