/** Nodes of one test, in this process, through a real Redis. */
import { startTestServer, type TestServer } from "../../testing/server.ts";
import type { InstalledRedis } from "./redis.ts";

export type Settings = Parameters<typeof startTestServer>[0];

/** The shortest that a lease can be, so that tests need not wait long for its end. */
export const LEASE_MS = 2000;

/** `nodes` servers that share everything, under a name of their own in Redis, which each finds in its way. */
export async function withNodes(
  redis: InstalledRedis | readonly Pick<InstalledRedis, "url">[],
  nodes: number,
  settings: Settings,
  story: (servers: readonly TestServer[]) => Promise<void>,
): Promise<void> {
  const shared = { channel: crypto.randomUUID(), leaseMs: LEASE_MS };
  const ways = "url" in redis ? Array.from({ length: nodes }, () => redis) : redis;
  const servers = await Promise.all(
    ways.map(({ url }) => startTestServer(settings, { scaling: { url, ...shared } })),
  );
  try {
    await story(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
