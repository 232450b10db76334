import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { freePort } from "../../targets/start.ts";
import { finderOf } from "./find.ts";
import { processSource } from "./process.ts";
import type { Source } from "./source.ts";
import { startSubject, type Subject } from "./testing/subject.ts";

const MEGABYTE = 1024 * 1024;
const LINUX = Deno.build.os === "linux" ? false : "there is no /proc here";

function quiet(restart: string): void {
  throw new Error(`it was not restarted: ${restart}`);
}

async function usage(source: Source) {
  const { process } = await source.read(quiet);
  assert(process, "it is there to be seen");
  return process;
}

/** Milliseconds of CPU that a source sees while something is done. */
async function cpuWhile(source: Source, act: () => Promise<number>) {
  await source.read(quiet);
  const began = performance.now();
  const truth = await act();
  const { cpu = NaN } = await usage(source);
  return { seen: cpu * (performance.now() - began), truth };
}

describe("a process tree", { skip: LINUX }, () => {
  let subject: Subject;
  let source: Source;
  beforeAll(async () => {
    subject = await startSubject();
    source = processSource(() => subject.pid);
  });
  afterAll(() => subject.end());

  it("shows the memory that was allocated, resident and in proportion", async () => {
    const before = await usage(source);
    await subject.tell("allocate 100");
    const after = await usage(source);
    for (const what of ["rss", "pss"] as const) {
      const grown = ((after[what] ?? NaN) - (before[what] ?? NaN)) / MEGABYTE;
      assert(grown > 95 && grown < 115, `${what} grew by ${grown} MB`);
    }
  });

  it("shows the descriptors that were opened", async () => {
    const before = await usage(source);
    await subject.tell("open 50");
    const after = await usage(source);
    // A runtime opens and closes some of its own.
    assertAlmostEquals((after.descriptors ?? NaN) - (before.descriptors ?? NaN), 50, 3);
    assertAlmostEquals((before.descriptorsLeft ?? NaN) - (after.descriptorsLeft ?? NaN), 50, 3);
  });

  it("shows the CPU that was used", async () => {
    const { seen } = await cpuWhile(source, () => subject.tell("burn 1000"));
    assert(seen > 850 && seen < 1250, `${seen} ms of 1000`);
  });

  it("shows the CPU of a child that came and went between two samples", async () => {
    const { seen, truth } = await cpuWhile(source, () => subject.tell("fork 1000"));
    assert(truth > 1000, "the child has told what it used");
    assert(seen > 0.85 * truth && seen < 1.3 * truth, `${seen} ms of ${truth}`);
  });

  it("holds the memory and the threads of a child", async () => {
    const before = await usage(source);
    await subject.tell("keep 60");
    const after = await usage(source);
    const grown = ((after.pss ?? NaN) - (before.pss ?? NaN)) / MEGABYTE;
    assert(grown > 60 && grown < 160, `${grown} MB, with the runtime of the child`);
    assert((after.threads ?? 0) > (before.threads ?? NaN));
  });
});

describe("the process that listens on a port", { skip: LINUX }, () => {
  it("is found, and found again after a restart, which is told", async () => {
    const port = freePort();
    const find = finderOf({ port });
    assert(find);
    const source = processSource(find);
    const params: string[] = [];
    const read = () => source.read((restart) => void params.push(restart));

    const first = await startSubject(port);
    assert(((await read()).process?.rss ?? 0) > MEGABYTE);
    assertEquals(source.describe(), `process ${first.pid} (deno) and its children`);
    await first.end();
    await assertRejects(read, Error, `listens on port ${port}`);
    assertEquals(params, [`process ${first.pid} is gone`]);

    const second = await startSubject(port);
    assert(((await read()).process?.rss ?? 0) > MEGABYTE);
    assertEquals(source.describe(), `process ${second.pid} (deno) and its children`);
    await second.end();
  });
});

describe("the process whose pid is in a file", { skip: LINUX }, () => {
  it("is followed when the file holds another", async () => {
    const pidFile = await Deno.makeTempFile();
    const find = finderOf({ pidFile });
    assert(find);
    const source = processSource(find);
    const params: string[] = [];
    const subjects = [await startSubject(), await startSubject()];
    const [first, second] = subjects.map(({ pid }) => pid);
    try {
      await Deno.writeTextFile(pidFile, `${first}\n`);
      await source.read(quiet);
      await Deno.writeTextFile(pidFile, `${second}\n`);
      await source.read((restart) => void params.push(restart));
      assertEquals(params, [`process ${second} is there instead of process ${first}`]);
      await Deno.writeTextFile(pidFile, "soon\n");
      await assertRejects(() => source.read(() => {}), Error, "holds no pid");
    } finally {
      await Promise.all(subjects.map((subject) => subject.end()));
      await Deno.remove(pidFile);
    }
  });
});
