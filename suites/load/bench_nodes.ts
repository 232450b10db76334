/**
 * What three nodes add to a fan-out: the same thousand subscribers on one node, then spread over
 * three that share a Redis, by turns. Each event is published on a node and timed until each
 * subscriber has it. Needs a Docker daemon.
 *
 *     deno task bench:nodes [rounds]
 */
import { join } from "@std/path";
import Pusher from "pusher";
import { median } from "simple-statistics";
import { loadTarget } from "../../targets/file.ts";
import { PLUMBLINE, startServer } from "../../targets/start.ts";
import { baseUrl, type Target } from "../../targets/target.ts";

const SUBSCRIBERS = 1000;
const EVENTS = 50;
/** Subscribers that come side by side. */
const TOGETHER = 50;

/** Milliseconds from a publication's request to each subscriber's frame. */
async function deliveries(target: Target): Promise<number[]> {
  const server = await startServer(target, "http://127.0.0.1:9/nobody");
  const { id, key, secret } = target.apps.main;
  const latencies: number[] = [];
  let sentAt = 0;
  let due = 0;
  let all = Promise.withResolvers<void>();

  async function subscribe(n: number): Promise<WebSocket> {
    const node = server.nodes[n % server.nodes.length]!; // a server has a node
    const socket = new WebSocket(`${baseUrl(node.endpoints.websocket)}/app/${key}?protocol=7`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.onerror = () => reject(new Error("a subscriber was cut off"));
    socket.onmessage = ({ data }) => {
      const text = String(data);
      if (text.includes('"Tick"')) {
        latencies.push(performance.now() - sentAt);
        if (--due === 0) all.resolve();
      } else if (text.includes("connection_established")) {
        socket.send('{"event":"pusher:subscribe","data":{"channel":"orders"}}');
      } else if (text.includes("subscription_succeeded")) resolve();
    };
    await promise;
    return socket;
  }

  const sockets: WebSocket[] = [];
  while (sockets.length < SUBSCRIBERS) {
    const first = sockets.length;
    const coming = Array.from({ length: TOGETHER }, (_, n) => subscribe(first + n));
    sockets.push(...await Promise.all(coming));
  }
  const publishers = server.nodes.map(({ endpoints: { api: { host, port } } }) =>
    new Pusher({ appId: id, key, secret, host, port: String(port), useTLS: false })
  );
  for (let event = 0; event < EVENTS; event++) {
    due = SUBSCRIBERS;
    all = Promise.withResolvers();
    sentAt = performance.now();
    const answer = publishers[event % publishers.length]!.trigger("orders", "Tick", { event });
    await Promise.all([answer, all.promise]);
  }
  for (const socket of sockets) socket.close();
  await server.stop("SIGKILL");
  return latencies;
}

if (import.meta.main) {
  const [rounds = "5"] = Deno.args;
  const load = (name: string) =>
    loadTarget(join(PLUMBLINE, "targets", `${name}.yaml`), { started: true });
  const [one, three] = [await load("reference"), await load("reference-nodes")];
  const medians: { readonly one: number; readonly three: number }[] = [];
  for (let round = 1; round <= Number(rounds); round++) {
    const figures = {
      one: median(await deliveries(one)),
      three: median(await deliveries(three)),
    };
    medians.push(figures);
    console.error(
      `round ${round}: ${figures.one.toFixed(1)} ms, ${figures.three.toFixed(1)} ms on three nodes`,
    );
  }
  const of = (value: (round: { one: number; three: number }) => number) =>
    median(medians.map(value)).toFixed(1);
  console.log(
    `${SUBSCRIBERS} subscribers, ${EVENTS} events: median ${
      of(({ one }) => one)
    } ms on one node, ` +
      `${of(({ three }) => three)} ms on three; three add ${
        of(({ one, three }) => three - one)
      } ms (median of ${rounds} rounds by turns, load ${Deno.loadavg()[0]?.toFixed(1)} at the end)`,
  );
}
