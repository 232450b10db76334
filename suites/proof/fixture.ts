/** A proving ground: a reference server behind a fault proxy, as a stage to tell scenarios on. */
import { receiveWebhooks, type WebhookReceiver } from "../engine/webhook_receiver.ts";
import type { Fixture } from "../engine/fixture.ts";
import type { Break } from "../faults/break.ts";
import { type Proxy, startProxy, type Upstream } from "../faults/proxy.ts";
import type { ApplicationHandle, OpenTarget } from "../engine/open_target.ts";
import { type ServerProcess, startServer } from "../../targets/start.ts";
import type { ApplicationFile } from "../applications/file.ts";
import { prepareApplication } from "../applications/start.ts";
import type { Endpoint, Target } from "../../targets/target.ts";

export interface Ground {
  readonly fixture: Fixture;
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
  readonly fixture: Backstage;
}

/** The application behind a ground, right or with one part wrong. */
interface Backstage {
  readonly handle: ApplicationHandle;
  /** Has it started anew, when it is asked for next, with this part wrong. */
  use(wrong: string | undefined): Promise<void>;
}

/**
 * Starts a server behind a proxy without breaks; what broadcasts through it is started when a scenario
 * needs it. Throws `CannotStart`.
 */
export async function openGround(target: Target, application: ApplicationFile): Promise<Ground> {
  const webhooks = receiveWebhooks("127.0.0.1", 0);
  const main = await setUp(target, application, webhooks, []);
  // Servers of scenarios that want one of their own; the engine stops the server, we the proxy.
  const others: Front[] = [];
  let inForce: readonly Break[] = [];

  const closeOthers = async () => {
    await Promise.all(others.splice(0).map(close));
  };
  return {
    fixture: {
      target,
      managed: true,
      open: main.open,
      whyDown: async () =>
        main.proxy.down
          ? "nothing gets through to it any more"
          : await hasEnded(main.server)
          ? "its process ended"
          : undefined,
      restart: async () => {
        if (await hasEnded(main.server)) await main.server.startAgain();
        main.proxy.revive();
      },
      another: async () => {
        const other = await setUp(target, application, webhooks, inForce);
        await other.fixture.use(wrongPartIn(inForce));
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
      await main.fixture.use(wrongPartIn(breaks));
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

const wrongPartIn = (breaks: readonly Break[]) =>
  breaks.find((broken) => broken.application !== undefined)?.application;

async function setUp(
  target: Target,
  application: ApplicationFile,
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
  const at: Endpoint = { scheme: "http", host: proxy.host, port: proxy.port, path: "" };
  const fixture = setBackstage(application, target, at);
  const open: OpenTarget = {
    ways: { websocket: {}, api: {} },
    target,
    apps: target.apps,
    websocketUrl: `ws://${proxy.host}:${proxy.port}`,
    apiUrl: `http://${proxy.host}:${proxy.port}`,
    clockOffsetMs: 0,
    webhooks,
    server,
    application: fixture.handle,
  };
  return { proxy, server, open, fixture };
}

function setBackstage(application: ApplicationFile, target: Target, at: Endpoint): Backstage {
  let inPlace: string | undefined;
  let current = prepareApplication(application, target, at, { start: true, isAlone: true });
  return {
    handle: {
      open: () => current.open(),
      get line() {
        return current.line;
      },
      stop: () => current.stop(),
    },
    async use(wrong) {
      if (wrong === inPlace) return;
      await current.stop();
      inPlace = wrong;
      const file = wrong === undefined ? application : withWrongPart(application, wrong);
      current = prepareApplication(file, target, at, { start: true, isAlone: true });
    },
  };
}

/** The reference application's file, starting it with one part wrong. */
function withWrongPart(application: ApplicationFile, wrong: string): ApplicationFile {
  const { start } = application;
  if (start === undefined) throw new Error(`${application.file} does not say how to start it`);
  const command = start.command.map((word) => word.replace("app/main.ts", "app/broken/main.ts"));
  return { ...application, start: { ...start, command: [...command, "--break", wrong] } };
}

async function close({ proxy, server, fixture }: Front): Promise<void> {
  await fixture.handle.stop();
  await proxy.close();
  await server.stop("SIGKILL");
}

function hasEnded({ ended }: ServerProcess): Promise<boolean> {
  return Promise.race([ended.then(() => true), Promise.resolve(false)]);
}
