/** What README promises when a node is killed, frozen or restarted; a round of each, or FAULT_ROUNDS. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { deadline, delay } from "@std/async";
import { Agent } from "node:http";
import Pusher from "pusher";
import { type ServerProcess, startProcess } from "../testing/process.ts";
import { credentials } from "../testing/server.ts";
import { openSocket, type TestSocket } from "../testing/socket.ts";
import { LEASE_MS } from "./testing/cluster.ts";
import { named, present, publish, resumes, ROOM, ROUNDS, userIn } from "./testing/faults.ts";
import { type InstalledRedis, startRedis, withoutRedis } from "./testing/redis.ts";

const BEATS_MS = 500;
const PATIENCE_MS = 10_000;

const suite = await withoutRedis() === false ? describe : describe.skip;

/** Of nodes of one cluster, which share this Redis with others. */
const environmentOf = (redis: InstalledRedis) => ({
  REVERB_SCALING_ENABLED: "true",
  REVERB_SCALING_CHANNEL: crypto.randomUUID(),
  REVERB_SCALING_LEASE: String(LEASE_MS / 1000),
  REDIS_URL: redis.url,
});

/** The official library; with an agent that keeps lines, as a backend does. */
const apiOf = ({ listening }: ServerProcess, agent?: Agent) =>
  new Pusher({
    appId: credentials.id,
    key: credentials.key,
    secret: credentials.secret,
    host: "127.0.0.1",
    port: String(listening.port),
    useTLS: false,
    ...(agent ? { agent } : {}),
  });

/** A process, which may have been killed already. */
function end(node: ServerProcess): void {
  try {
    node.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

suite("a node of its own process", () => {
  let redis: InstalledRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.kill());

  /** A witness on one node and a member on another, which `end` does something to. */
  async function withVictim(
    story: (
      parts: { witness: TestSocket; member: TestSocket; victim: ServerProcess; api: Pusher },
    ) => Promise<void>,
  ): Promise<void> {
    const environment = environmentOf(redis);
    const nodes = await Promise.all([startProcess([], environment), startProcess([], environment)]);
    const [keeper, victim] = nodes;
    const enter = async (node: ServerProcess, user_id: string) => {
      const socket = openSocket(node.url);
      await socket.established();
      const auth = apiOf(node).authorizeChannel(socket.socketId, ROOM, { user_id });
      socket.subscribe(ROOM, { ...auth });
      await socket.next("pusher_internal:subscription_succeeded");
      return socket;
    };
    const [witness, member] = [await enter(keeper, "witness"), await enter(victim, "member")];
    await witness.next("pusher_internal:member_added");
    try {
      await story({ witness, member, victim, api: apiOf(keeper) });
    } finally {
      for (const { ws } of [witness, member]) ws.terminate();
      for (const node of nodes) end(node);
      await Promise.all(nodes.map(({ ended }) => ended));
    }
  }

  for (let round = 1; round <= ROUNDS; round++) {
    it(`is killed: its members are removed when its lease ends (P-134): ${round}`, () =>
      withVictim(async ({ witness, victim, api }) => {
        const began = performance.now();
        victim.kill("SIGKILL");
        const gone = await witness.next("pusher_internal:member_removed");
        assertEquals(userIn(gone), "member");
        assertLess(performance.now() - began, LEASE_MS + BEATS_MS * 2);
        assertEquals(await present(api), ["witness"]);
        await resumes(api, "On", [witness]);
      }));

    it(`is frozen and wakes: its members go and come again, once: ${round}`, () =>
      withVictim(async ({ witness, member, victim, api }) => {
        victim.kill("SIGSTOP");
        assertEquals(userIn(await witness.next("pusher_internal:member_removed")), "member");
        assertEquals(await present(api), ["witness"]);
        assertEquals(await publish(api, "Late"), 200);
        victim.kill("SIGCONT");
        assertEquals(userIn(await witness.next("pusher_internal:member_added")), "member");
        await member.next("Late");
        await resumes(api, "On", [witness, member]);
        assertEquals(await present(api), ["member", "witness"]);
        assertEquals(named(witness, "pusher_internal:member_added").length, 2);
        assert(!named(member, "pusher_internal:member_removed").map(userIn).includes("member"));
      }));
  }
});

/** A page: wherever it is sent away with 4200, it comes back at once, to the next node that is up. */
interface Page {
  /** What each of its connections got, in order, from one subscription to its end. */
  readonly stays: { readonly node: ServerProcess; readonly ticks: number[] }[];
  leave(): void;
}

suite("nodes that are restarted one after the other under load", () => {
  let redis: InstalledRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.kill());

  const PAGES = Number(Deno.env.get("FAULT_CLIENTS") ?? 30);
  /** As much load as pages of this process can hear. */
  const DELIVERIES_PER_MS = 10;
  /** Pages that come side by side: this process has both ends of the work. */
  const TOGETHER = 100;
  const NODES = 3;

  for (let round = 1; round <= ROUNDS; round++) {
    it(`lose nothing between a client's coming and its farewell: ${round}`, async () => {
      const environment = environmentOf(redis);
      const up = await Promise.all(
        Array.from({ length: NODES }, () => startProcess([], environment)),
      );
      const farewells: number[] = [];
      let happened = Promise.withResolvers<void>();
      const happens = () => {
        happened.resolve();
        happened = Promise.withResolvers();
      };
      const until = async (holds: () => boolean) => {
        while (!holds()) await deadline(happened.promise, PATIENCE_MS);
      };
      let turn = 0;
      const nextUp = () => up[turn++ % up.length]!; // two are up at any time

      let coming = 0;
      const waiting: (() => void)[] = [];
      async function inTurn(come: () => Promise<void>): Promise<void> {
        if (coming >= TOGETHER) await new Promise<void>((resolve) => waiting.push(resolve));
        else coming += 1;
        await come();
        const next = waiting.shift();
        if (next) next();
        else coming -= 1;
      }

      async function openPage(): Promise<Page> {
        let current: TestSocket;
        let isLeaving = false;
        const stays: Page["stays"] = [];
        async function come(): Promise<void> {
          const node = nextUp();
          const socket = current = openSocket(node.url);
          await socket.established();
          socket.subscribe("ticks");
          await socket.next("pusher_internal:subscription_succeeded");
          const ticks: number[] = [];
          stays.push({ node, ticks });
          happens();
          const take = (data: string | undefined) => ticks.push(JSON.parse(data ?? "").n);
          for (const frame of named(socket, "Tick")) take(frame.data);
          socket.ws.on("message", (bytes) => {
            const { event, data } = JSON.parse(bytes.toString());
            if (event === "Tick") take(data);
            happens();
          });
          void socket.closed.then(({ code }) => {
            if (isLeaving) return;
            farewells.push(code);
            comings.push(inTurn(come));
          });
        }
        await inTurn(come);
        return {
          stays,
          leave() {
            isLeaving = true;
            current.ws.terminate();
          },
        };
      }
      const comings: Promise<void>[] = [];
      const pages = await Promise.all(Array.from({ length: PAGES }, openPage));

      // One publisher, to the nodes in turn: every answer is 200.
      let published = 0;
      let asked: ServerProcess | undefined;
      let isOver = false;
      const agents = new Map<ServerProcess, Agent>();
      const load = (async () => {
        while (!isOver) {
          const node = asked = nextUp();
          const agent = agents.get(node) ?? new Agent({ keepAlive: true, maxSockets: 1 });
          agents.set(node, agent);
          const { status } = await apiOf(node, agent).trigger("ticks", "Tick", { n: published });
          assertEquals(status, 200);
          published += 1;
          asked = undefined;
          happens();
          await delay(PAGES / DELIVERIES_PER_MS);
        }
      })();

      const before = new Map<ServerProcess, number>();
      for (const node of [...up]) {
        const reached = published + 20;
        await until(() => published >= reached);
        // As a balancer does that is told: from here on it gets no request.
        up.splice(up.indexOf(node), 1);
        await until(() => asked !== node);
        before.set(node, published);
        node.kill("SIGTERM");
        assertEquals((await node.ended).code, 0);
        up.push(await startProcess([], environment));
      }
      // Everybody is where he stays, and hears what is published from now on.
      await until(() => pages.every(({ stays }) => up.includes(stays.at(-1)!.node))); // each has come
      await Promise.all(comings);
      const heardByAll = published + 2; // one may have been on its way already
      await until(() => published >= heardByAll);
      isOver = true;
      await load;
      const last = published - 1;
      await until(() => pages.every(({ stays }) => stays.at(-1)?.ticks.at(-1) === last));
      for (const { stays, leave } of pages) {
        leave();
        for (const { node, ticks } of stays) {
          const [first = 0] = ticks;
          assertEquals(ticks, Array.from(ticks, (_, n) => first + n)); // none lost, none twice
          const answered = before.get(node);
          if (answered !== undefined && ticks.length > 0) {
            assertLess(answered - 2, ticks.at(-1) ?? -1); // what had been answered came before it
          }
        }
      }
      assertEquals([...new Set(farewells)], [4200]);
      for (const agent of agents.values()) agent.destroy();
      for (const node of up) end(node);
      await Promise.all(up.map(({ ended }) => ended));
    });
  }
});
