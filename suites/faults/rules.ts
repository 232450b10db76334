/** When a break acts: one function for each thing that passes through the proxy. */
import type {
  Exchange,
  FrameAction,
  Handshake,
  HandshakeAction,
  Passage,
  RequestAction,
  ResponseAction,
  Rule,
} from "./break.ts";
import type { Opcode } from "./frame.ts";
import type { HttpResponse } from "../wire/http_message.ts";
import { channelOf, isPublished } from "./message.ts";

/** `*` stands for any run of characters. */
export type Glob = string | RegExp;

/** Conditions a frame must meet, all of them. */
export interface FrameCondition {
  readonly event?: Glob;
  readonly channel?: Glob;
  /** Only messages somebody published, by HTTP or as a client event. */
  readonly published?: true;
  readonly opcode?: Opcode;
  /** The code in a close frame. */
  readonly code?: number;
  /** Only frames too large to hold, and only these. */
  readonly oversized?: true;
  readonly where?: (passage: Passage) => boolean;
  /** Only every so manieth frame of a line that meets the rest. */
  readonly every?: number;
  /** Only the nth frame of a line that meets the rest. */
  readonly nth?: number;
}

/** Conditions an HTTP request must meet, all of them. */
export interface RequestCondition {
  readonly method?: string;
  /** Of the path after `/apps/{id}`, for example `/channels/*`; a webhook's whole path. */
  readonly path?: Glob;
  readonly where?: (exchange: Exchange) => boolean;
}

export interface ResponseCondition extends RequestCondition {
  readonly status?: number;
}

export function toClient(condition: FrameCondition, act: FrameAction): Rule {
  return frameRule("toClient", condition, act);
}

export function toTarget(condition: FrameCondition, act: FrameAction): Rule {
  return frameRule("toTarget", condition, act);
}

export function handshake(
  condition: { readonly target?: Glob; readonly where?: (handshake: Handshake) => boolean },
  act: HandshakeAction,
): Rule {
  const target = matcher(condition.target);
  const matches = (seen: Handshake) =>
    target(seen.request.target) && (condition.where?.(seen) ?? true);
  return { on: "handshake", matches, act };
}

export function request(condition: RequestCondition, act: RequestAction): Rule {
  return { on: "request", matches: requestMatcher(condition), act };
}

export function webhook(condition: RequestCondition, act: RequestAction): Rule {
  return { on: "webhook", matches: requestMatcher(condition), act };
}

export function response(condition: ResponseCondition, act: ResponseAction): Rule {
  const fits = requestMatcher(condition);
  const matches = (given: HttpResponse, exchange: Exchange) =>
    (condition.status ?? given.status) === given.status && fits(exchange);
  return { on: "response", matches, act };
}

function frameRule(
  direction: Passage["direction"],
  condition: FrameCondition,
  act: FrameAction,
): Rule {
  const event = matcher(condition.event);
  const channel = matcher(condition.channel);
  const seen = new WeakMap<Passage["line"], number>();
  const needsMessage = [condition.event, condition.channel, condition.published]
    .some((wanted) => wanted !== undefined);

  const matches = (passage: Passage) => {
    const { frame, message, line } = passage;
    if (passage.direction !== direction) return false;
    if ((condition.oversized ?? false) !== frame.unread > 0) return false;
    if ((condition.opcode ?? frame.opcode) !== frame.opcode) return false;
    if (condition.code !== undefined && condition.code !== closeCode(frame.payload)) return false;
    if (needsMessage) {
      if (message === undefined || !event(message.event)) return false;
      if (condition.channel !== undefined && !channel(channelOf(message) ?? "")) return false;
      if (condition.published && !isPublished(message)) return false;
    }
    if (condition.where !== undefined && !condition.where(passage)) return false;
    const count = (seen.get(line) ?? 0) + 1;
    seen.set(line, count);
    return count % (condition.every ?? 1) === 0 && count === (condition.nth ?? count);
  };
  return { on: "frame", matches, act };
}

function requestMatcher({ method, path, where }: RequestCondition): (given: Exchange) => boolean {
  const fits = matcher(path);
  return (exchange) =>
    (method ?? exchange.request.method) === exchange.request.method &&
    fits(exchange.path.replace(/^.*?\/apps\/[^/]+/, "")) && (where?.(exchange) ?? true);
}

function matcher(glob: Glob | undefined): (text: string) => boolean {
  if (glob === undefined) return () => true;
  if (glob instanceof RegExp) return (text) => glob.test(text);
  const pattern = glob.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const whole = new RegExp(`^${pattern.join(".*")}$`, "s");
  return (text) => whole.test(text);
}

function closeCode(payload: Uint8Array): number {
  const [high, low] = payload;
  return high === undefined || low === undefined ? 1005 : high * 256 + low;
}
