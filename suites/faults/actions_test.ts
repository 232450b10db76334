import { assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { once } from "node:events";
import { WebSocket } from "ws";
import {
  alter,
  alterData,
  answer,
  closeWith,
  crash,
  cut,
  delay,
  drop,
  followedBy,
  leakTo,
  overtaken,
  precededBy,
  repeat,
  reset,
  silence,
  swap,
} from "./actions.ts";
import type { Rule } from "./break.ts";
import { type Address, startProxy } from "./proxy.ts";
import { toClient, toTarget } from "./rules.ts";
import { startStandIn } from "./stand_in.ts";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A target that echoes every message, behind a proxy with these rules. */
async function broken(...rules: Rule[]) {
  const target = await startStandIn({
    onSocket: (socket) => {
      socket.on("message", (data) => socket.send(String(data)));
      socket.on("close", () => socket.terminate());
    },
  });
  cleanups.push(target.close);
  const breaks = [{ name: "broken", title: "Broken.", violates: [], rules }];
  const proxy = await startProxy({ upstream: target, apps: [], breaks });
  cleanups.push(proxy.close);
  return proxy;
}

/** A connected client, all it receives, and the names of events in the order they came. */
async function connect({ host, port }: Address) {
  const socket = new WebSocket(`ws://${host}:${port}`);
  const received: string[] = [];
  const arrivals = new EventTarget();
  socket.on("message", (data) => {
    received.push(String(data));
    arrivals.dispatchEvent(new Event("message"));
  });
  socket.on("error", () => {});
  await once(socket, "open");
  cleanups.push(() => socket.terminate());
  return {
    socket,
    received,
    say: (...events: string[]) =>
      events.forEach((event) => socket.send(JSON.stringify({ event, data: `{"of":"${event}"}` }))),
    /** The names of what has come, once `last` is among them. */
    async heard(last: string): Promise<string[]> {
      while (!names(received).includes(last)) await once(arrivals, "message");
      return names(received);
    },
  };
}

function names(messages: readonly string[]): string[] {
  return messages.map((message) => JSON.parse(message).event);
}

const NEWS = { event: "news*" } as const;

describe("what a break does to a frame", () => {
  it("drops it", async () => {
    const client = await connect(await broken(toClient(NEWS, drop)));
    client.say("news", "fence");
    assertEquals(await client.heard("fence"), ["fence"]);
  });

  it("repeats it", async () => {
    const client = await connect(await broken(toClient(NEWS, repeat(3))));
    client.say("news", "fence");
    assertEquals(await client.heard("fence"), ["news", "news", "news", "fence"]);
  });

  it("swaps it with the next of its kind", async () => {
    const client = await connect(await broken(toClient(NEWS, swap())));
    client.say("news-1", "other", "news-2", "fence");
    assertEquals(await client.heard("fence"), ["other", "news-2", "news-1", "fence"]);
  });

  it("lets it go where nothing comes to swap it with", async () => {
    const client = await connect(await broken(toClient(NEWS, swap())));
    client.say("news", "other");
    assertEquals(await client.heard("news"), ["other", "news"]);
  });

  it("delays it, and holds up what comes after", async () => {
    const client = await connect(await broken(toClient(NEWS, delay(20))));
    client.say("news", "fence");
    assertEquals(await client.heard("fence"), ["news", "fence"]);
  });

  it("lets others overtake it", async () => {
    const client = await connect(await broken(toClient(NEWS, overtaken(20))));
    client.say("news", "other");
    assertEquals(await client.heard("news"), ["other", "news"]);
  });

  it("alters it, its data encoded as it was", async () => {
    const client = await connect(
      await broken(
        toClient({ event: "renamed" }, alter((message) => ({ ...message, event: "fence" }))),
        toClient(NEWS, alterData((data) => ({ ...data, more: 1 }))),
      ),
    );
    client.say("news", "renamed");
    await client.heard("fence");
    assertEquals(client.received, [
      '{"event":"news","data":"{\\"of\\":\\"news\\",\\"more\\":1}"}',
      '{"event":"fence","data":"{\\"of\\":\\"renamed\\"}"}',
    ]);
  });

  it("answers it in the target's place", async () => {
    const client = await connect(await broken(toTarget(NEWS, answer({ event: "no" }))));
    client.say("news", "fence");
    assertEquals(await client.heard("fence"), ["no", "fence"]);
  });

  it("sends something before it or after it", async () => {
    const client = await connect(
      await broken(
        toClient({ event: "news-1" }, precededBy({ event: "before" })),
        toClient({ event: "news-2" }, followedBy({ event: "after" })),
      ),
    );
    client.say("news-1", "news-2", "fence");
    assertEquals(await client.heard("fence"), ["before", "news-1", "news-2", "after", "fence"]);
  });

  it("leaks it to other connections", async () => {
    const proxy = await broken(toClient(NEWS, leakTo(() => true)));
    const [ana, eve] = [await connect(proxy), await connect(proxy)];
    ana.say("news");
    assertEquals(await eve.heard("news"), ["news"]);
    assertEquals(await ana.heard("news"), ["news"]);
  });

  it("acts on the nth, or on every so manieth, of each connection", async () => {
    const client = await connect(
      await broken(
        toClient({ ...NEWS, nth: 2 }, drop),
        toClient({ event: "old*", every: 2 }, drop),
      ),
    );
    client.say("news-1", "news-2", "news-3", "old-1", "old-2", "old-3", "old-4", "fence");
    assertEquals(await client.heard("fence"), ["news-1", "news-3", "old-1", "old-3", "fence"]);
  });

  it("closes the line with a code, without one, or without a close frame", async () => {
    const proxy = await broken(
      toTarget({ event: "with" }, closeWith(4009, "Unauthorized")),
      toTarget({ event: "without" }, closeWith()),
      toTarget({ event: "cut" }, cut),
      toTarget({ event: "reset" }, reset),
    );
    const seen = [];
    for (const event of ["with", "without", "cut", "reset"]) {
      const client = await connect(proxy);
      client.say(event);
      const [code, reason] = await once(client.socket, "close");
      seen.push([code, String(reason)]);
    }
    assertEquals(seen, [[4009, "Unauthorized"], [1005, ""], [1006, ""], [1006, ""]]);
  });

  it("falls silent, and keeps the line open", async () => {
    const proxy = await broken(toTarget(NEWS, silence));
    const [ana, eve] = [await connect(proxy), await connect(proxy)];
    ana.say("news", "anybody?");
    eve.say("fence");
    await eve.heard("fence");
    assertEquals([ana.received, ana.socket.readyState], [[], WebSocket.OPEN]);
  });

  it("takes the whole server down, until it is revived", async () => {
    const proxy = await broken(toTarget(NEWS, crash));
    const [ana, eve] = [await connect(proxy), await connect(proxy)];
    ana.say("news");
    assertEquals((await once(eve.socket, "close"))[0], 1006);
    const late = new WebSocket(`ws://${proxy.host}:${proxy.port}`);
    assertEquals((await once(late, "error"))[0].code, "ECONNRESET");
    assertEquals(proxy.down, true);
    proxy.revive();
    const again = await connect(proxy);
    again.say("fence");
    assertEquals(await again.heard("fence"), ["fence"]);
  });

  it("reports a break that is itself at fault", async () => {
    const proxy = await broken(toTarget(NEWS, () => {
      throw new TypeError("no such thing");
    }));
    const client = await connect(proxy);
    client.say("news");
    await once(client.socket, "close");
    assertEquals(proxy.faults.map(({ message }) => message), ["broken"]);
    assertEquals(proxy.acted.get("broken"), 1);
  });

  it("is forgotten when others are put in force", async () => {
    const proxy = await broken(toClient(NEWS, drop));
    const before = await connect(proxy);
    proxy.use([]);
    assertEquals((await once(before.socket, "close"))[0], 1006);
    const after = await connect(proxy);
    after.say("news", "fence");
    assertEquals(await after.heard("fence"), ["news", "fence"]);
  });
});
