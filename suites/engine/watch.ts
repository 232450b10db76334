/**
 * Watching a server for as long as a run lasts, so that every death is seen.
 *
 * A death is the exit of a process that Plumbline started, or the loss of a connection of its own (the
 * sentinel) after which a fresh connection is refused or reset. A sentinel lost alone is a line that
 * was cut. Deaths cut the time of a run into epochs: what spans two of them is judged by neither.
 */
import { deadline } from "@std/async";
import { PUSHER_JS_QUERY } from "../client/query.ts";
import { readFrame } from "../wire/frame.ts";
import { dial, type Socket } from "../wire/socket.ts";
import { isFarewell } from "./farewell.ts";
import type { OpenTarget } from "./open_target.ts";
import { beginning } from "../record/beginning.ts";

export interface Watch {
  /** Settles when the server has answered the sentinel, or has been found dead. */
  confirm(): Promise<void>;
  /** Says that the server serves nobody any more, though its process and lines may stand. */
  declareDead(how: string): void;
  /** Watches a server that took the place of the dead one. */
  follow(open: OpenTarget): Promise<void>;
  stop(): void;
}

export interface Watcher {
  /** Told once for each death, with what shows it. */
  died(how: string): void;
  /** The sentinel's own line was cut; the server lives. */
  lineCut(): void;
}

/** How long a server may take to answer the sentinel, or to take a fresh connection. */
const ANSWER_MS = 2000;
const PING_MS = 5000;
/** What a proxy answers in the place of a server that is gone: 502 and 504 (RFC 9110, 15.6.3 and 15.6.5). */
const GATEWAY_WITHOUT_SERVER = new Set([502, 504]);
/** Characters of what a fresh connection was told. */
const TOLD = 200;
const PING = JSON.stringify({ event: "pusher:ping", data: {} });
const PONG = JSON.stringify({ event: "pusher:pong", data: {} });

/** Watches the process, where Plumbline started it, and the line, where the server takes the sentinel. */
export async function watchServer(first: OpenTarget, watcher: Watcher): Promise<Watch> {
  let current: Line | undefined;
  let stopped = false;
  let die = watcher.died;

  const watch: Watch = {
    confirm: async () => {
      await current?.answer();
    },
    declareDead: (how) => die(how),
    follow: async (open) => {
      current?.end();
      let isDead = false;
      const dieOnce = die = (how: string) => {
        if (isDead || stopped) return;
        isDead = true;
        watcher.died(how);
      };
      const { server } = open;
      server?.ended.then(({ code, signal }) => {
        if (server.stopping) return;
        dieOnce(
          signal ? `its process ended on ${signal}` : `its process ended with status ${code}`,
        );
      });
      current = holdLine(open, {
        lost: dieOnce,
        cut: watcher.lineCut,
        isDead: () => isDead || stopped,
      });
      await current.ready;
    },
    stop: () => {
      stopped = true;
      current?.end();
    },
  };
  await watch.follow(first);
  return watch;
}

interface Line {
  /** Settles when the server has greeted the sentinel, or will not. */
  readonly ready: Promise<void>;
  /** Settles with the next message, or when the line is lost and it is known why. */
  answer(): Promise<void>;
  end(): void;
}

/** Keeps one connection to the main app open, and tells when it cannot be had again. */
function holdLine(
  open: OpenTarget,
  on: { lost(how: string): void; cut(): void; isDead(): boolean },
): Line {
  const url = `${open.websocketUrl}/app/${open.apps.main.key}?${new URLSearchParams(
    PUSHER_JS_QUERY,
  )}`;
  const ready = Promise.withResolvers<void>();
  let socket: Socket | undefined;
  let isHeld = false;
  /** A connection has been asked for, and it is not known yet what becomes of it. */
  let isDialled = false;
  let over = false;
  /** It has left a ping of the protocol unanswered: what RFC 6455 answers a ping with says enough then. */
  let isMute = false;
  let waiting: (() => void)[] = [];
  const wake = () => {
    ready.resolve();
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  const dialLine = (isFresh: boolean) => {
    isDialled = true;
    let answered = false;
    let greeted = false;
    socket = dial(url, { way: open.ways.websocket }, {
      opened: () => answered = true,
      refused: (status) => answered = !GATEWAY_WITHOUT_SERVER.has(status),
      failed: () => {},
      text: (text) => {
        isDialled = false;
        const frame = readFrame(text);
        if (!greeted && isFresh && isFarewell(frame)) {
          over = true;
          on.lost(`its connections were lost, and a fresh one was told ${beginning(text, TOLD)}`);
          return wake();
        }
        if (!greeted && isFresh) on.cut();
        greeted = isHeld = true;
        wake();
        if (frame?.event === "pusher:pong") isMute = false;
        if (frame?.event === "pusher:ping") socket?.sendText(PONG);
      },
      binary: () => {},
      control: (kind) => {
        if (isMute && kind === "pong") wake();
      },
      closed: (code) => {
        isHeld = isDialled = false;
        if (over || on.isDead()) return wake();
        if (greeted) return dialLine(true);
        if (isFresh && !answered) {
          over = true;
          on.lost(`its connections were lost, and a fresh one was refused (${code})`);
        }
        wake(); // otherwise it lives, and takes no sentinel now
      },
    });
  };
  dialLine(false);

  const timer = setInterval(() => {
    if (isHeld) socket?.sendText(PING);
  }, PING_MS);
  Deno.unrefTimer(timer);
  return {
    ready: deadline(ready.promise, ANSWER_MS).catch(() => {}), // a silent server is for scenarios to judge
    answer: async () => {
      // A line that was lost a moment ago is waited for as well: it tells of a cut, or of a death.
      if (over || !isHeld && !isDialled) return;
      const told = new Promise<void>((resolve) => waiting.push(resolve));
      if (isHeld) {
        socket?.sendText(PING);
        if (isMute) socket?.ping("");
      }
      await deadline(told, ANSWER_MS).catch(() => isMute = isHeld); // as above
    },
    end: () => {
      over = true;
      clearInterval(timer);
      wake();
      socket?.reset();
    },
  };
}
