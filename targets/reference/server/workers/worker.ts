/** One worker: it listens on the same port as its siblings, and holds the sockets that reach it. */
import { type RunningServer, startServer } from "../server.ts";
import type { App } from "../app.ts";
import { combine, type Listeners } from "../events.ts";
import { logListeners, printLogs } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { createRemoteState, type Line, type RemoteState } from "./remote_state.ts";
import { outbox, type ToHub, type ToWorker } from "./messages.ts";

declare const self: {
  onmessage: (event: MessageEvent<readonly ToWorker[]>) => void;
  postMessage(messages: readonly ToHub[]): void;
};

const say = outbox<ToHub>((messages) => self.postMessage(messages));
const states = new Map<string, RemoteState>();
const waiting = new Map<number, (answer: unknown) => void>();
let questions = 0;
let metrics: Metrics | undefined;
let server: RunningServer | undefined;

function lineOf(app: string): Line {
  return {
    ask(name, args, then) {
      const id = questions++;
      waiting.set(id, then as (answer: unknown) => void); // an answer has the type of its question
      say({ ask: name, id, app, args } as ToHub); // the name decides the arguments' type
    },
    tell: (name, args) => say({ tell: name, app, args } as ToHub), // the name decides the arguments' type
  };
}

async function start(
  { start: config, events: names }: Extract<ToWorker, { start: unknown }>,
): Promise<void> {
  if (config.logLevel !== undefined) printLogs(config.logLevel);
  metrics = config.metrics && (await import("../metrics.ts")).createMetrics();
  const forwarded: Listeners = Object.fromEntries(
    names.map((event) => [event, (details: never) => say({ event, details } as ToHub)]), // the name decides the details
  );
  const events = combine(forwarded, metrics?.listeners, logListeners());
  const apps = config.apps.map((settings): App => {
    const line = lineOf(settings.id);
    const state = createRemoteState(line, settings.id, events);
    states.set(settings.id, state);
    const announce = (event: Parameters<App["webhooks"]["announce"]>[0]) =>
      line.tell("announce", [event]);
    return { settings, state, events, webhooks: { announce, finish: () => Promise.resolve() } };
  });
  try {
    server = await startServer(config, apps, { shared: true, events });
    say({ listening: server.port });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException; // a server fails with nothing else
    say({ failed: message, ...(code === undefined ? {} : { code }) });
  }
}

self.onmessage = ({ data }) => {
  for (const message of data) {
    if ("answer" in message) {
      const then = waiting.get(message.answer);
      waiting.delete(message.answer);
      then?.(message.value);
    } else if ("start" in message) void start(message);
    else if ("count" in message) {
      void metrics?.counts().then((of) => say({ counts: message.count, of }));
    } else if ("closeDoor" in message) {
      server?.closeDoor();
      say({ closed: true });
    } else if ("stop" in message) {
      void server?.stop(message.stop).then(() => say({ stopped: true }));
    } else states.get(message.app)?.hear(message);
  }
};
