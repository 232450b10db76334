/** A proving ground: a reference server behind a fault proxy, as a stage to tell stories on. */
import { receiveWebhooks, type WebhookReceiver } from "../engine/webhooks.ts";
import type { Stage } from "../engine/stage.ts";
import type { Break } from "../faults/break.ts";
import { type Proxy, startProxy, type Upstream } from "../faults/proxy.ts";
import type { OpenTarget } from "../../targets/open.ts";
import { type ServerProcess, startServer } from "../../targets/start.ts";
import type { Target } from "../../targets/target.ts";

export interface Ground {
  readonly stage: Stage;
  /** Puts these breaks in force, and no others. */
  breakWith(breaks: readonly Break[]): Promise<void>;
  /** What went wrong in the breaks themselves since they are in force. */
  readonly faults: readonly Error[];
  /** How often the breaks in force have acted. */
  readonly acted: number;
}

/** A server and the proxy in front of it. */
interface Front {
  readonly proxy: Proxy;
  readonly server: ServerProcess;
  readonly open: OpenTarget;
}

/** Starts a server behind a proxy without breaks. Throws `CannotStart`. */
export async function openGround(target: Target): Promise<Ground> {
  const webhooks = receiveWebhooks("127.0.0.1", 0);
  const main = await setUp(target, webhooks, []);
  // Servers of stories that want one of their own; the engine stops the server, we the proxy.
  const others: Front[] = [];
  let inForce: readonly Break[] = [];

  const closeOthers = async () => {
    await Promise.all(others.splice(0).map(close));
  };
  return {
    stage: {
      target,
      managed: true,
      open: main.open,
      isDown: async () => main.proxy.down || await hasEnded(main.server),
      restart: async () => {
        if (await hasEnded(main.server)) await main.server.startAgain();
        main.proxy.revive();
      },
      another: async () => {
        const other = await setUp(target, webhooks, inForce);
        others.push(other);
        return other.open;
      },
      close: async () => {
        await closeOthers();
        await close(main);
        await webhooks.close();
      },
    },
    breakWith: async (breaks) => {
      await closeOthers();
      inForce = breaks;
      main.proxy.use(breaks);
    },
    get faults() {
      return [main, ...others].flatMap(({ proxy }) => proxy.faults);
    },
    get acted() {
      return [main, ...others].flatMap(({ proxy }) => [...proxy.acted.values()])
        .reduce((sum, times) => sum + times, 0);
    },
  };
}

async function setUp(
  target: Target,
  webhooks: WebhookReceiver,
  breaks: readonly Break[],
): Promise<Front> {
  const upstream = Promise.withResolvers<Upstream>();
  const proxy = await startProxy({
    upstream: upstream.promise,
    apps: Object.values(target.apps),
    breaks,
    forwardWebhooksTo: new URL(webhooks.url),
  });
  const server = await startServer(target, String(proxy.webhookUrl));
  upstream.resolve(server.endpoints);
  const open: OpenTarget = {
    target,
    apps: target.apps,
    websocketUrl: `ws://${proxy.host}:${proxy.port}`,
    apiUrl: `http://${proxy.host}:${proxy.port}`,
    clockOffsetMs: 0,
    webhooks,
    server,
  };
  return { proxy, server, open };
}

async function close({ proxy, server }: Front): Promise<void> {
  await proxy.close();
  await server.stop("SIGKILL");
}

function hasEnded({ ended }: ServerProcess): Promise<boolean> {
  return Promise.race([ended.then(() => true), Promise.resolve(false)]);
}
