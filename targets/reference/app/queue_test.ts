import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { createMemoryQueue, type Drain, type Queue } from "./queue.ts";
import { ATTEMPTS, createRedisQueue } from "./redis_queue.ts";
import { type InstalledRedis, startRedis, withoutRedis } from "./testing/redis.ts";

/** Resolves once `isSo`; whoever changes what it looks at calls `look`. */
function awaiting(isSo: () => boolean) {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, look: () => isSo() && resolve() };
}

function stories(
  title: string,
  open: (drain: Drain) => Queue | Promise<Queue>,
  skip: string | false,
) {
  describe(`a queue in ${title}`, { skip }, () => {
    it("drains what it is asked to, and of many that ask at once does no more than it must", async () => {
      const drained: string[] = [];
      const both = awaiting(() => drained.includes("a") && drained.includes("b"));
      const queue = await open((aggregate) => {
        drained.push(aggregate);
        both.look();
        return Promise.resolve();
      });
      await Promise.all(Array.from({ length: 50 }, () => queue.enqueue("a")));
      await queue.enqueue("b");
      await both.promise;
      await queue.close();
      assert(drained.length < 50, `drained ${drained.length} times for 51 that asked`);
    });

    it("drains once more what is asked for while it is being drained", async () => {
      const begun: string[] = [];
      const first = Promise.withResolvers<void>();
      const [once, twice] = [
        awaiting(() => begun.length === 1),
        awaiting(() => begun.length === 2),
      ];
      const queue = await open(async (aggregate) => {
        begun.push(aggregate);
        once.look();
        twice.look();
        if (begun.length === 1) await first.promise;
      });
      await queue.enqueue("a");
      await once.promise;
      await queue.enqueue("a");
      first.resolve();
      await twice.promise;
      await queue.close();
      assertEquals(begun, ["a", "a"]);
    });
  });
}

stories("this process", createMemoryQueue, false);

describe("a queue in this process", () => {
  it("goes on after what could not be drained, and leaves it to whoever looks for it", async () => {
    const tried: string[] = [];
    const queue = createMemoryQueue((aggregate) => {
      tried.push(aggregate);
      return aggregate === "hopeless" ? Promise.reject(new Error("no")) : Promise.resolve();
    });
    await Promise.all([queue.enqueue("hopeless"), queue.enqueue("a")]);
    await queue.close();
    await queue.enqueue("hopeless");
    await queue.close();
    assertEquals(tried, ["hopeless", "a", "hopeless"]);
  });
});

const skip = await withoutRedis();
describe("with a Redis", { skip }, () => {
  let redis: InstalledRedis | undefined;
  beforeAll(async () => void (redis = await startRedis()));
  afterAll(() => redis?.stop());
  stories("Redis", async (drain) => {
    await redis?.empty();
    return await createRedisQueue(redis?.url ?? "", drain);
  }, skip);

  it("tries again what fails, and lists in the end what could not be done", async () => {
    const tried = { weak: 0, hopeless: 0 };
    await redis?.empty();
    const queue = await createRedisQueue(redis?.url ?? "", (aggregate) => {
      if (aggregate === "hopeless") {
        tried.hopeless += 1;
        return Promise.reject(new Error("nobody takes it"));
      }
      tried.weak += 1;
      return tried.weak < 3 ? Promise.reject(new Error("not yet")) : Promise.resolve();
    });
    await Promise.all([queue.enqueue("weak"), queue.enqueue("hopeless")]);
    let dead = await queue.dead();
    while (dead.length === 0) {
      await delay(50); // a queue does not tell by itself
      dead = await queue.dead();
    }
    await queue.close();
    assertEquals(dead, [{ aggregate: "hopeless", reason: "nobody takes it" }]);
    assertEquals(tried, { weak: 3, hopeless: ATTEMPTS });
  });

  it("shares the work among the processes that ask for it", async () => {
    const by: Record<string, number> = { one: 0, two: 0 };
    const all = awaiting(() => Number(by["one"]) + Number(by["two"]) === 64);
    const worker = (name: string) => async () => {
      await delay(5); // work takes a while
      by[name] = Number(by[name]) + 1;
      all.look();
    };
    await redis?.empty();
    const queues = await Promise.all(
      ["one", "two"].map((name) => createRedisQueue(redis?.url ?? "", worker(name))),
    );
    await Promise.all(Array.from({ length: 64 }, (_, at) => queues[0]?.enqueue(`lot ${at}`)));
    await all.promise;
    await Promise.all(queues.map((queue) => queue.close()));
    assert(Number(by["one"]) > 0 && Number(by["two"]) > 0, JSON.stringify(by));
  });

  it("keeps nobody waiting when its Redis is gone, and ends all the same", async () => {
    const own = await startRedis();
    const queue = await createRedisQueue(own.url, () => Promise.resolve());
    await own.stop();
    const outcome = await queue.enqueue("a").then(() => "taken", () => "refused");
    assertEquals(outcome, "refused");
    await queue.close();
  });
});
