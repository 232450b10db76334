/** One worker: it listens on the same port as its siblings, and holds the sockets that reach it. */
import { startServer } from "../server.ts";
import type { App } from "../app.ts";
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
let stop: (() => Promise<void>) | undefined;

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

async function start(config: Extract<ToWorker, { start: unknown }>["start"]): Promise<void> {
  const apps = config.apps.map((settings): App => {
    const line = lineOf(settings.id);
    const state = createRemoteState(line);
    states.set(settings.id, state);
    const announce = (event: Parameters<App["webhooks"]["announce"]>[0]) =>
      line.tell("announce", [event]);
    return { settings, state, webhooks: { announce, stop: () => {} } };
  });
  try {
    const server = await startServer(config, apps, { shared: true });
    stop = server.stop;
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
    } else if ("start" in message) void start(message.start);
    else if ("stop" in message) void stop?.().then(() => say({ stopped: true }));
    else states.get(message.app)?.hear(message);
  }
};
