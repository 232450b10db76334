/**
 * The fixture scenarios run on: the target as it is now. Where Plumbline manages the server, the
 * fixture notices when it dies and can set up a fresh one.
 */
import { CannotStart, type ServerProcess, startServer } from "../../targets/start.ts";
import type { ApplicationHandle, OpenTarget } from "./open_target.ts";
import { openTarget } from "./probe/open.ts";
import { Unreachable, WrongSetting } from "./unreachable.ts";
import {
  baseUrl,
  type Endpoint,
  type Endpoints,
  nodesOf,
  type Target,
} from "../../targets/target.ts";
import { whyDown } from "./health.ts";
import type { EvidenceLog } from "../record/evidence_log.ts";
import type { WebhookReceiver } from "./webhook_receiver.ts";

export interface Fixture {
  readonly target: Target;
  readonly managed: boolean;
  /** The target as it can be reached now. */
  readonly open: OpenTarget;
  /** What shows that the server is gone: its process ended, or nothing answers any more. */
  whyDown(): Promise<string | undefined>;
  /** Starts the server anew, on another port. Throws `CannotStart`, also when it is not managed. */
  restart(): Promise<void>;
  /** A server of its own for one scenario; the caller stops it. */
  another(): Promise<OpenTarget>;
  /** Another fixture with a server of its own; the caller closes it. Where it can be had. */
  apart?(): Promise<Fixture>;
  /** `isHurried`: whoever interrupted the run waits for it. */
  close(isHurried?: boolean): Promise<void>;
}

export interface FixtureOptions {
  readonly target: Target;
  /** Start the server; otherwise one already running is used. */
  readonly start: boolean;
  /** Whether clients and calls are spread over the target's nodes. */
  readonly spread?: boolean;
  /**
   * Prepares what broadcasts through the target, given the API of the server; started with it where
   * its file says how. `isAlone`: for one scenario only.
   */
  readonly application: ((server: Endpoint, isAlone: boolean) => ApplicationHandle) | undefined;
  readonly webhooks: WebhookReceiver | undefined;
  readonly log: EvidenceLog;
}

const START_ATTEMPTS = 3;
/** Servers of scenarios that start at one time: more would make each other too slow to come up. */
const STARTING = 2;

/** Starts or reaches the target. Throws `CannotStart` or `Unreachable`. */
export async function openFixture(
  { target, start, spread = false, application, webhooks, log }: FixtureOptions,
): Promise<Fixture> {
  const parts = webhooks ? { webhooks } : {};
  const applicationAt = (api: Endpoint, isAlone: boolean) =>
    application ? { application: application(api, isAlone) } : {};
  const nodesTo = (nodes: readonly Endpoints[]) =>
    spread
      ? {
        nodes: nodes.map(({ websocket, api }) => ({
          websocketUrl: baseUrl(websocket),
          apiUrl: baseUrl(api),
        })),
      }
      : {};
  const bringUpOnce = async (isAlone: boolean): Promise<OpenTarget> => {
    const server = await startServer(target, webhooks?.url ?? "", { faults: isAlone });
    log.add({ kind: "server", what: "started", detail: `process ${server.pid}` });
    server.ended.then(({ code, signal, lastWords }) => {
      const what = server.stopping ? "stopped" : "died";
      const how = signal ? `on ${signal}` : `with status ${code}`;
      log.add({
        kind: "server",
        what,
        detail: `process ${server.pid} ended ${how}${
          what === "died" && lastWords ? `; its last words: ${lastWords}` : ""
        }`,
      });
    });
    try {
      const beside = applicationAt(server.endpoints.api, isAlone);
      const nodes = server.nodes.map(({ endpoints }) => endpoints);
      return {
        ...await openTarget(target, server.endpoints, { ...parts, ...beside, server }),
        ...nodesTo(nodes),
      };
    } catch (error) {
      await server.stop("SIGKILL");
      throw error;
    }
  };
  const reach = async (): Promise<OpenTarget> => {
    const [first = target, ...others] = nodesOf(target);
    const beside = applicationAt(first.api, false);
    return {
      ...await openTarget(target, first, { ...parts, ...beside }),
      ...nodesTo([first, ...others]),
    };
  };
  // A port that was free may be taken a moment later, and a server may come up without serving;
  // neither says anything about it, so it gets another chance. Once it was up, no setting is wrong:
  // somebody else answers there.
  let wasUp = false;
  const bringUp = async (isAlone = false): Promise<OpenTarget> => {
    for (let attempt = 1;; attempt++) {
      try {
        const open = await bringUpOnce(isAlone);
        wasUp = true;
        return open;
      } catch (error) {
        const passing = error instanceof CannotStart || error instanceof Unreachable ||
          wasUp && error instanceof WrongSetting;
        if (!passing || attempt === START_ATTEMPTS) throw error;
        log.add({ kind: "note", text: `starting again: ${error.message}` });
      }
    }
  };
  let starting = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async <T>(start: () => Promise<T>): Promise<T> => {
    if (starting >= STARTING) await new Promise<void>((resolve) => waiting.push(resolve));
    else starting += 1;
    try {
      return await start();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else starting -= 1;
    }
  };
  const set = async (): Promise<Fixture> => {
    let open = start ? await bringUp() : await reach();
    return {
      target,
      managed: start,
      get open() {
        return open;
      },
      whyDown: async () =>
        open.server && await hasEnded(open.server) ? "its process ended" : await whyDown(open),
      restart: async () => {
        if (!start) {
          throw new CannotStart("Plumbline did not start this server, so it cannot start it again");
        }
        await open.application?.stop();
        await open.server?.stop("SIGKILL");
        open = await bringUp();
      },
      another: () => inTurn(() => bringUp(true)),
      ...(start ? { apart: set } : {}),
      close: async (isHurried = false) => {
        await open.application?.stop();
        await (isHurried ? open.server?.stop("SIGKILL") : open.server?.stop());
      },
    };
  };
  return await set();
}

async function hasEnded(server: ServerProcess): Promise<boolean> {
  return await Promise.race([server.ended.then(() => true), Promise.resolve(false)]);
}
