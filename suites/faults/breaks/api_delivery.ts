/** Servers whose answer to a publish hangs on its delivery (P-247). */
import { bodyOf } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { request, toTarget } from "../rules.ts";
import type { Line } from "../world.ts";

/** What to call when the client of a line answers the proxy's own ping. */
const asked = new WeakMap<Line, () => void>();

/** Resolves when the client has read everything sent to it so far. */
function readBy(line: Line): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  asked.set(line, resolve);
  void line.sendFrame("toClient", "ping", new Uint8Array());
  return promise;
}

function subscribers({ request, world }: Exchange): Line[] {
  const { channel, channels } = bodyOf(request);
  const names = Array.isArray(channels) ? channels.map(String) : [String(channel)];
  return [...world.lines].filter(({ knowledge }) =>
    names.some((name) => knowledge.subscribed.has(name))
  );
}

export const API_DELIVERY: readonly Break[] = [
  {
    name: "publish-waits-for-readers",
    title: "Answers a publish only when every subscriber has read the event.",
    violates: ["P-247"],
    rules: [
      toTarget(
        { opcode: "pong", where: ({ line }) => asked.has(line) },
        ({ line }) => asked.get(line)?.(),
      ),
      request({ method: "POST", path: "/events" }, async (exchange) => {
        const response = await exchange.forward(exchange.request);
        await Promise.all(subscribers(exchange).map(readBy));
        return response;
      }),
    ],
  },
];
