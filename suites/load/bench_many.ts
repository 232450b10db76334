/**
 * Fifty thousand connections on one machine: three reference servers, each a process that may open
 * 20,000 files, and a k6 for each; one event every five seconds to all, published at each server,
 * since they do not know of one another.
 *
 *     deno task bench:many [connections] [seconds]
 */
import { fromFileUrl, join } from "@std/path";
import { sum } from "simple-statistics";
import { loadTarget } from "../../targets/file.ts";
import { startServer } from "../../targets/start.ts";
import { bytes, counting, duration, whole } from "../record/numbers.ts";
import { quantileOf, sumOf } from "../record/load/histogram.ts";
import { countsOf, measuredPhases } from "../record/load/phases.ts";
import type { LoadPlan } from "../record/load/plan.ts";
import { footprintOf } from "../resources/footprint.ts";
import { buildPrograms } from "./bench_programs.ts";
import { k6 } from "./k6/k6_engine.ts";

const [connections = "50000", seconds = "30"] = Deno.args;
const SERVERS = 3;
/** Dialed each second, at all servers together. */
const PACE = 900;

const root = fromFileUrl(new URL("../../", import.meta.url));
await buildPrograms();
const target = await loadTarget(join(root, "targets", "reference.yaml"), {
  started: true,
  environment: (name) => name === "REFERENCE_MAX_SOCKETS" ? "19000" : Deno.env.get(name),
});
const { id: appId, key, secret } = target.apps.main;

/** The n-th server's share. */
function planOf(n: number, port: number): LoadPlan {
  return {
    version: 1,
    target: { websocket: `ws://127.0.0.1:${port}`, api: `http://127.0.0.1:${port}`, appId, key },
    channels: ["private-everybody"],
    clients: [{
      name: "people",
      count: Math.floor((Number(connections) + n) / SERVERS),
      perSecond: PACE / SERVERS,
      channels: [[0]],
    }],
    publishers: [{ event: "Changed", perSecond: 0.2, channels: [0], bytes: 300, batch: 1 }],
    phases: [{ name: "all", seconds: Number(seconds), rate: 1, measured: true }],
    settleMs: 10_000,
  };
}

const out = await Deno.makeTempDir({ prefix: "plumbline-many-" });
const servers = await Promise.all(
  Array.from({ length: SERVERS }, () => startServer(target, "http://127.0.0.1:9/nobody")),
);
try {
  const { signal } = new AbortController();
  const atRest = await Promise.all(servers.map(({ pid }) => footprintOf(pid)));
  const highest = servers.map(() => 0);
  const watch = setInterval(() => {
    servers.forEach(async ({ pid }, n) => {
      highest[n] = Math.max(highest[n] ?? 0, (await footprintOf(pid))?.memoryBytes ?? 0);
    });
  }, 1000);
  const measured = await Promise.all(
    servers.map(({ endpoints }, n) =>
      k6(planOf(n, endpoints.websocket.port), { secret, signal, out: join(out, String(n)) })
    ),
  );
  clearInterval(watch);
  const counts = countsOf(measured.flatMap(({ phases }) => phases));
  const ramps = measured.map(({ phases }) => phases[0]?.seconds ?? NaN);
  const delivery = sumOf(
    measured.flatMap((one) =>
      measuredPhases(one).flatMap(({ latencies }) => latencies.delivery ?? [])
    ),
  );
  const quantile = (share: number) => delivery ? duration(quantileOf(delivery, share) / 1000) : "";
  const open = sum(measured.map(({ connections: { standing } }) => standing));
  const rest = sum(atRest.map((footprint) => footprint?.memoryBytes ?? 0));
  console.log([
    `${counting(open, "connection")} of ${
      whole(Number(connections))
    } open at the end, on ${SERVERS} servers from ${SERVERS} generators`,
    `${whole(open / Math.max(...ramps))} connections a second`,
    `${whole(counts.delivered)} of ${
      whole(counts.expected)
    } deliveries in time, ${counts.late} late, ${counts.lost} lost, ${counts.duplicated} duplicated`,
    `delivery p50 ${quantile(0.5)}, p99 ${quantile(0.99)}, max ${quantile(1)}`,
    `servers: ${bytes(rest)} at rest, ${bytes(sum(highest))} at most: ${
      bytes((sum(highest) - rest) / open)
    } a connection`,
    `generators: ${bytes(sum(measured.map(({ generator }) => generator.maxRss)))} at most, ${
      sum(measured.map(({ generator }) => generator.cpuSeconds)).toFixed(0)
    } s of CPU`,
    `load of the machine at the end: ${Deno.loadavg()[0]?.toFixed(1)}`,
  ].join("\n"));
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await Deno.remove(out, { recursive: true });
}
