import { delay } from "@std/async";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Child, startContainer, startProcess } from "./child.ts";
import { freePort } from "./start.ts";
import { withoutDocker } from "./testing/docker.ts";

/** Everything a child prints, and a way to wait for a word of it. */
function ear() {
  let heard = "";
  const waiting = new Map<string, () => void>();
  return {
    hear: (text: string) => {
      heard += text;
      for (const [word, wake] of waiting) if (heard.includes(word)) wake();
    },
    until: (word: string) =>
      new Promise<void>((resolve) => {
        if (heard.includes(word)) resolve();
        else waiting.set(word, resolve);
      }),
  };
}

const nothing = { environment: {}, directory: "/tmp" };

/** Says what it has heard of itself, then waits to be ended. */
async function endsOn(signal: "SIGTERM" | "SIGKILL", child: Child): Promise<string | null> {
  child.kill(signal);
  return (await child.ended).signal;
}

describe("a process", () => {
  it("is heard, and tells how it ended", async () => {
    const { hear, until } = ear();
    const child = startProcess({
      ...nothing,
      command: ["sh", "-c", "echo $WORD; exit 3"],
      hear,
      environment: { WORD: "hello" },
    });
    await until("hello");
    assertEquals(await child.ended, { code: 3, signal: null });
  });

  it("ends on a signal", async () => {
    const { hear } = ear();
    const child = startProcess({ ...nothing, command: ["sleep", "60"], hear });
    assertEquals(await endsOn("SIGKILL", child), "SIGKILL");
  });

  it("ends with whoever started it, even where that is killed", async () => {
    const starter = `
      import { startProcess } from ${JSON.stringify(import.meta.resolve("./child.ts"))};
      const command = ["sh", "-c", "echo $$; exec sleep 60"];
      const nothing = { environment: {}, directory: "" };
      startProcess({ ...nothing, command, hear: (text) => console.log(text.trim()) });
    `;
    const parent = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", `data:text/typescript,${encodeURIComponent(starter)}`],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const { value } = await parent.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
    const pid = Number(value);
    assert(await isAlive(pid), value);
    parent.kill("SIGKILL");
    await parent.status;
    const over = performance.now() + 5000;
    while (await isAlive(pid) && performance.now() < over) await delay(10);
    assert(!await isAlive(pid));
  });
});

/** Whether a process is there, and is more than a name in a list. */
async function isAlive(pid: number): Promise<boolean> {
  // Deno itself may read of other processes only where it may do everything.
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `grep ^State /proc/${pid}/status 2>/dev/null`],
  }).output();
  const state = new TextDecoder().decode(stdout);
  return state !== "" && !/\sZ/.test(state);
}

describe("a container", { skip: await withoutDocker() }, () => {
  it("listens where a process would, is heard, and ends on a signal", async () => {
    const { hear, until } = ear();
    const port = freePort();
    const command = ["redis-server", "--port", String(port)];
    const child = await startContainer("redis:7", { ...nothing, command, hear });
    await until("Ready to accept connections");
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    assert(child.pid > 1);
    assertEquals(await endsOn("SIGKILL", child), "SIGKILL");
  });

  it("of an image that is not to be had says so", async () => {
    const { hear } = ear();
    await assertRejects(
      () => startContainer("plumbline.invalid/none:1", { ...nothing, command: ["x"], hear }),
      Error,
      "plumbline.invalid",
    );
  });
});
