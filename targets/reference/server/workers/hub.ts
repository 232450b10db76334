/**
 * The one place that knows all channels of all apps while workers hold the sockets. What a worker
 * says is done in the order it comes, and each change is told to all workers in that same tick, so
 * that subscribers of one worker never learn things in another order than those of the next.
 */
import { Buffer } from "node:buffer";
import { createChannelState, type Peer, type Reach } from "../channel_state.ts";
import type { Listeners } from "../events.ts";
import type { AppSettings } from "../settings.ts";
import type { Arrival, ChannelState, SignIn } from "../state.ts";
import { createWebhooks } from "../webhooks.ts";
import {
  exactly,
  type News,
  type NewsName,
  type QuestionName,
  type Questions,
  type ToHub,
  type ToWorker,
} from "./messages.ts";

/** A connection that a worker holds. */
interface RemotePeer extends Peer {
  readonly worker: number;
}

export type Say = (message: ToWorker) => void;

export interface Hub {
  /** Does what a worker says; `worker` is its place in `workers`. */
  hear(worker: number, message: ToHub): void;
  /** When no worker is left: tells what was still to be told, for `ms` at most. */
  stop(ms: number): Promise<void>;
}

/** `workers` say something to one worker each. */
export function createHub(
  apps: readonly AppSettings[],
  workers: readonly Say[],
  events: Listeners,
): Hub {
  const states = new Map(
    apps.map((settings) => [settings.id, createAppHub(settings, workers, events)]),
  );
  return {
    hear(worker, message) {
      if (!("app" in message)) return;
      const app = states.get(message.app);
      if (app === undefined) throw new Error(`no app ${message.app}`);
      if ("ask" in message) {
        app.answer(message.ask, message.args, worker, (value) => {
          workers[worker]?.({ answer: message.id, value });
        });
      } else app.note(message.tell, message.args);
    },
    async stop(ms) {
      await Promise.all([...states.values()].map((app) => app.stop(ms)));
    },
  };
}

function createAppHub(settings: AppSettings, workers: readonly Say[], events: Listeners) {
  const webhooks = createWebhooks(settings, events);
  const app = settings.id;
  const reach: Reach<RemotePeer> = {
    publish(channel, subscribers, frame, exceptSocketId) {
      // Each worker knows its own subscribers; without any there is nobody to tell.
      if (isEmpty(subscribers)) return;
      const bytes = exactly(frame);
      for (const say of workers) say({ publish: channel, app, frame: bytes, exceptSocketId });
    },
    send(peers, frame) {
      for (const [worker, send] of byWorker(peers)) {
        workers[worker]?.({ send, app, frame: exactly(frame) });
      }
    },
    close(peers, farewell) {
      for (const [worker, close] of byWorker(peers)) workers[worker]?.({ close, app, farewell });
    },
  };
  const state: ChannelState<RemotePeer> = createChannelState(settings, reach, webhooks, events);
  const peers = new Map<string, RemotePeer>();

  function peerOf(socketId: string, worker: number): RemotePeer {
    const known = peers.get(socketId);
    if (known !== undefined) return known;
    const peer = { socketId, worker };
    peers.set(socketId, peer);
    return peer;
  }

  /** The state of one process answers at once. */
  type Answering = {
    [Q in QuestionName]: (
      worker: number,
      ...args: Questions[Q]["args"]
    ) => Questions[Q]["answer"] | ReturnType<ChannelState[Q]>;
  };

  const answering: Omit<Answering, "subscribe" | "signIn"> = {
    takePlace: (worker, socketId, capacity) => state.takePlace(peerOf(socketId, worker), capacity),
    claimSlot: (worker, socketId, quota) => state.claimSlot(peerOf(socketId, worker), quota),
    connections: () => state.connections(),
    unsubscribe: (worker, socketId, channel) =>
      void state.unsubscribe(peerOf(socketId, worker), channel),
    recall: (_worker, channel) => state.recall(channel),
    channels: (_worker, prefix) => state.channels(prefix),
    count: (_worker, channel) => state.count(channel),
    userIds: (_worker, channel) => state.userIds(channel),
    publish: (_worker, channel, frame, options) =>
      void state.publish(
        channel,
        Buffer.from(frame.buffer, frame.byteOffset, frame.length),
        options,
      ),
    terminate: (_worker, userId, farewell) => void state.terminate(userId, farewell),
  };

  const noting: { [N in NewsName]: (...args: News[N]) => void } = {
    disconnect(socketId) {
      const peer = peers.get(socketId);
      peers.delete(socketId);
      if (peer !== undefined) void state.disconnect(peer);
    },
    announce: (event) => webhooks.announce(event),
  };

  return {
    answer(
      name: QuestionName,
      args: Questions[QuestionName]["args"],
      worker: number,
      reply: (value: unknown) => void,
    ): void {
      // Two are answered in the middle of the change: before others are told of it.
      if (name === "subscribe") {
        const [socketId, channel, member, maxMembers] = args as Questions["subscribe"]["args"]; // by its name
        const welcome = (arrival: Arrival) => reply(arrival);
        const peer = peerOf(socketId, worker);
        const outcome = state.subscribe(peer, channel, member, maxMembers, welcome);
        if (outcome === "full") reply(outcome);
      } else if (name === "signIn") {
        const [socketId, userId, watchlist] = args as Questions["signIn"]["args"]; // by its name
        const welcome = (signedIn: SignIn) => reply(signedIn);
        void state.signIn(peerOf(socketId, worker), userId, watchlist, welcome);
      } else {
        const answer = answering[name] as (worker: number, ...args: unknown[]) => unknown; // by its name
        reply(answer(worker, ...args));
      }
    },
    note<N extends NewsName>(name: N, args: News[N]): void {
      noting[name](...args);
    },
    async stop(ms: number) {
      await state.retire();
      await webhooks.finish(ms);
    },
  };
}

function isEmpty(items: Iterable<unknown>): boolean {
  for (const _ of items) return false;
  return true;
}

function byWorker(peers: Iterable<RemotePeer>): Map<number, string[]> {
  const socketIds = new Map<number, string[]>();
  for (const { worker, socketId } of peers) {
    const known = socketIds.get(worker);
    if (known) known.push(socketId);
    else socketIds.set(worker, [socketId]);
  }
  return socketIds;
}
