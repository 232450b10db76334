/**
 * A proving ground of several nodes: no proxy before a server can imitate what is wrong between its
 * nodes, so the nodes themselves are programs with one part wrong.
 */
import type { OpenTarget } from "../engine/open_target.ts";
import { receiveWebhooks, type WebhookReceiver } from "../engine/webhook_receiver.ts";
import { type ServerProcess, startServer } from "../../targets/start.ts";
import { baseUrl, type Target } from "../../targets/target.ts";
import type { Ground } from "./fixture.ts";

/** The shortest lease that there can be: a scenario waits for its end. */
const LEASE_SECONDS = "2";
/** Tabs of one user on two nodes, and who watches them on a third. */
const NODES = 3;

/** Starts nodes of the reference server without breaks. Throws `CannotStart`. */
export async function openNodesGround(target: Target): Promise<Ground> {
  const webhooks = receiveWebhooks("127.0.0.1", 0);
  let wrong: string | undefined;
  let main = await bringUp(target, webhooks, wrong);
  return {
    fixture: {
      target,
      managed: true,
      get open() {
        return main;
      },
      whyDown: async () => await hasEnded(main.server) ? "one of its nodes ended" : undefined,
      restart: () => main.server.startAgain(),
      // Whoever asks for it stops it.
      another: () => bringUp(target, webhooks, wrong, { faults: true }),
      close: async () => {
        await main.server.stop("SIGKILL");
        await webhooks.close();
      },
    },
    breakWith: async (breaks) => {
      await main.server.stop("SIGKILL");
      wrong = breaks.find(({ node }) => node !== undefined)?.node;
      main = await bringUp(target, webhooks, wrong);
    },
    faults: [],
    acted: 1, // a program that is wrong is wrong all the time
  };
}

async function bringUp(
  target: Target,
  webhooks: WebhookReceiver,
  wrong: string | undefined,
  options?: { readonly faults: boolean },
): Promise<OpenTarget & { readonly server: ServerProcess }> {
  const server = await startServer(withWrongNodes(target, wrong), webhooks.url, options);
  const nodes = server.nodes.map(({ endpoints }) => ({
    websocketUrl: baseUrl(endpoints.websocket),
    apiUrl: baseUrl(endpoints.api),
  }));
  return {
    ways: { websocket: {}, api: {} },
    target,
    apps: target.apps,
    websocketUrl: baseUrl(server.endpoints.websocket),
    apiUrl: baseUrl(server.endpoints.api),
    nodes,
    clockOffsetMs: 0,
    webhooks,
    server,
  };
}

/** The reference server's nodes, each with this part wrong. */
function withWrongNodes(target: Target, wrong: string | undefined): Target {
  const { start } = target;
  if (start === undefined) throw new Error(`${target.file} does not say how to start it`);
  const command = wrong === undefined ? start.command : [
    ...start.command.map((word) => word.replace("server/main.ts", "server/nodes/broken/main.ts")),
    "--break",
    wrong,
  ];
  const environment = { ...start.environment, REVERB_SCALING_LEASE: LEASE_SECONDS };
  return { ...target, start: { ...start, nodes: NODES, command, environment } };
}

function hasEnded({ ended }: ServerProcess): Promise<boolean> {
  return Promise.race([ended.then(() => true), Promise.resolve(false)]);
}
