/**
 * What a worker, which holds sockets, and the hub, which holds the state of all channels, say to
 * each other. Either way messages arrive in the order they were posted, and that order is the one
 * in which everybody hears of things. What two workers post has no order until the hub has answered.
 */
import type { Config } from "../config.ts";
import type { Farewell } from "../close_codes.ts";
import type { EventName, ServerEvents } from "../events.ts";
import type { Counts } from "../metrics.ts";
import type { Arrival, CachedEvent, ChannelCount, Member, Publishing, SignIn } from "../state.ts";
import type { WebhookEvent } from "../webhooks.ts";

/** Questions that are answered, each with what its answer is. */
export interface Questions {
  takePlace: { args: [socketId: string, capacity: number]; answer: boolean };
  claimSlot: { args: [socketId: string, quota: number]; answer: boolean };
  connections: { args: []; answer: number };
  subscribe: {
    args: [socketId: string, channel: string, member: Member | undefined, maxMembers: number];
    answer: Arrival | "full";
  };
  unsubscribe: { args: [socketId: string, channel: string]; answer: undefined };
  recall: { args: [channel: string]; answer: { event: CachedEvent; ttlMs: number } | undefined };
  channels: { args: [prefix: string]; answer: ReadonlyMap<string, ChannelCount> };
  count: { args: [channel: string]; answer: ChannelCount };
  userIds: { args: [channel: string]; answer: readonly string[] };
  signIn: {
    args: [socketId: string, userId: string, watchlist: readonly string[]];
    answer: SignIn;
  };
  /** Asked, not told: who waits for its answer publishes the next by another worker, after this one. */
  publish: { args: [channel: string, frame: Uint8Array, options: Publishing]; answer: undefined };
  terminate: { args: [userId: string, farewell: Farewell]; answer: undefined };
}
export type QuestionName = keyof Questions;

/** News that needs no answer. */
export interface News {
  disconnect: [socketId: string];
  announce: [event: WebhookEvent];
}
export type NewsName = keyof News;

/** From a worker to the hub; `app` is the app's id. */
export type ToHub =
  | {
    [Q in QuestionName]: {
      readonly ask: Q;
      readonly id: number;
      readonly app: string;
      readonly args: Questions[Q]["args"];
    };
  }[QuestionName]
  | {
    [N in NewsName]: { readonly tell: N; readonly app: string; readonly args: News[N] };
  }[NewsName]
  | { readonly listening: number }
  | { readonly failed: string; readonly code?: string }
  | {
    readonly [E in EventName]: { readonly event: E; readonly details: ServerEvents[E] };
  }[EventName]
  | { readonly counts: number; readonly of: Counts }
  | { readonly closed: true }
  | { readonly stopped: true };

/** From the hub to a worker. */
export type ToWorker =
  | { readonly answer: number; readonly value: unknown }
  | {
    readonly publish: string;
    readonly app: string;
    readonly frame: Uint8Array;
    readonly exceptSocketId: string | undefined;
  }
  | { readonly send: readonly string[]; readonly app: string; readonly frame: Uint8Array }
  | { readonly close: readonly string[]; readonly app: string; readonly farewell: Farewell }
  /** Listen; and post the events that the main thread listens to. */
  | { readonly start: Config; readonly events: readonly EventName[] }
  /** Say what was counted: `counts` is the answer, by the same number. */
  | { readonly count: number }
  /** Take no new connections: `closed` is the answer, after all that was said before. */
  | { readonly closeDoor: true }
  /** Send all clients away, within so many milliseconds. */
  | { readonly stop: number };

/** A copy without the rest of the pool it was cut from, all of which would be posted along. */
export const exactly = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** Posts what was said within one tick as one message: many small ones cost more than they carry. */
export function outbox<M>(post: (messages: readonly M[]) => void): (message: M) => void {
  let waiting: M[] = [];
  return (message) => {
    if (waiting.length === 0) {
      queueMicrotask(() => {
        const messages = waiting;
        waiting = [];
        post(messages);
      });
    }
    waiting.push(message);
  };
}
