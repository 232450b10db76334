/** Lines on which events come otherwise than they were sent: twice, in another order, or late. */
import type { Attempt } from "../../engine/attempt.ts";
import { overtaken, repeat } from "../../faults/actions.ts";
import type { Break } from "../../faults/break.ts";
import { startProxy } from "../../faults/proxy.ts";
import { toClient } from "../../faults/rules.ts";

const PUBLISHED = { published: true, channel: "*" } as const;
const LINES: Readonly<Record<"twice" | "overtaking" | "slow", Break["rules"]>> = {
  twice: [toClient(PUBLISHED, repeat(2))],
  overtaking: [toClient({ ...PUBLISHED, every: 2 }, overtaken(40))],
  slow: [toClient(PUBLISHED, overtaken(60))],
};

/** A line of the scenario's own to the target, on which events come otherwise than they were sent. */
export async function lineOver(
  over: keyof typeof LINES | undefined,
  { target, atRelease }: Attempt,
): Promise<string> {
  if (over === undefined) return target.websocketUrl;
  const at = (url: string) => {
    const { hostname: host, port } = new URL(url);
    return { host, port: Number(port) };
  };
  const proxy = await startProxy({
    upstream: { websocket: at(target.websocketUrl), api: at(target.apiUrl) },
    apps: Object.values(target.apps),
    breaks: [{ name: over, title: over, violates: [], rules: LINES[over] }],
  });
  atRelease(() => void proxy.close());
  const prefix = new URL(target.websocketUrl).pathname.replace(/\/$/, "");
  return `ws://${proxy.host}:${proxy.port}${prefix}`;
}
