/**
 * Stays: one connection in one channel, from a request to subscribe to the leave, as intervals.
 *
 * A stay is certain from its confirmation to the moment somebody began to end it, and possible from
 * the request to the moment its end is certain. What lies between is open.
 */
import { type Admission, admissionOf, type Member, memberOf, type Request } from "./admission.ts";
import { channelIn, dataOf } from "./answers.ts";
import type { Connection, Message } from "./connections.ts";
import type { SignIn } from "./sign_ins.ts";

/** A point in the run. */
export interface Point {
  readonly seq: number;
  readonly t: number;
}

export interface Stay {
  readonly connection: Connection;
  readonly channel: string;
  readonly asked: Message;
  readonly admission: Admission;
  readonly member: Member | undefined;
  readonly succeeded: Message | undefined;
  readonly refused: Message | undefined;
  /** It was asked for while an earlier one of the same connection and channel may still have lasted. */
  readonly isRenewal: boolean;
  readonly leave: Message | undefined;
  /** In the channel for certain from here … */
  readonly from: number;
  /** … to here. */
  readonly until: number;
  /** Certainly over from the first of these points on. */
  readonly over: readonly Point[];
}

export interface StayOptions {
  readonly ordering: "kept" | "unknown";
  readonly settleMs: number;
  /** Points at which everything that had to happen has happened. */
  readonly quiet: readonly number[];
  /** When somebody began to end the connections of a user. */
  readonly terminations: readonly { readonly userId: string; readonly seq: number }[];
}

const SUCCEEDED = "pusher_internal:subscription_succeeded";

/** A server's word that a subscription is refused, as far as it names the channel. */
export const isRefusal = ({ frame }: Message): boolean =>
  frame.event === "pusher:error" || frame.event.endsWith("subscription_error");

/** The stays of a connection, by channel and in order. */
export function readStays(
  connection: Connection,
  signIns: readonly SignIn[],
  others: Parameters<typeof admissionOf>[2],
  options: StayOptions,
): Map<string, Stay[]> {
  const talks = new Map<string, Talk>();
  const talkOf = (channel: string) => {
    const talk = talks.get(channel) ?? { asked: [], left: [], succeeded: [], refused: [] };
    talks.set(channel, talk);
    return talk;
  };
  for (const message of connection.sent) {
    const { event, data } = message.frame;
    if (event !== "pusher:subscribe" && event !== "pusher:unsubscribe") continue;
    const channel = channelIn(data);
    if (channel === undefined) continue;
    (event === "pusher:subscribe" ? talkOf(channel).asked : talkOf(channel).left).push(message);
  }
  for (const message of connection.received) {
    const { event, channel } = message.frame;
    if (channel === undefined) continue;
    if (event === SUCCEEDED) talks.get(channel)?.succeeded.push(message);
    else if (isRefusal(message)) talks.get(channel)?.refused.push(message);
  }
  const stays = new Map<string, Stay[]>();
  for (const [channel, talk] of talks) {
    stays.set(channel, staysIn(channel, talk, connection, signIns, others, options));
  }
  return stays;
}

/** What was said about one channel on one connection. */
interface Talk {
  readonly asked: Message[];
  readonly left: Message[];
  readonly succeeded: Message[];
  readonly refused: Message[];
}

function staysIn(
  channel: string,
  talk: Talk,
  connection: Connection,
  signIns: readonly SignIn[],
  others: Parameters<typeof admissionOf>[2],
  options: StayOptions,
): Stay[] {
  const requests = talk.asked.map((asked) => {
    const { auth, channel_data } = dataOf(asked.frame.data);
    const request: Request = {
      connection,
      channel,
      auth,
      channelData: channel_data,
      sentAt: asked.seq,
    };
    return { asked, request, admission: admissionOf(request, signIns, others) };
  });
  const answered = answersTo(requests, talk, connection);
  return withOpenMembers(requests.map(({ asked, request, admission }, index) => {
    const answer = answered.get(asked);
    const leave = talk.left.find(({ seq }) => seq > asked.seq);
    const succeeded = answer && !isRefusal(answer) ? answer : undefined;
    const refused = answer && isRefusal(answer) ? answer : undefined;
    const before = talk.asked[index - 1];
    const isRenewal = before !== undefined &&
      !talk.left.some(({ seq }) => seq > before.seq && seq < asked.seq);
    const member = memberOf(request, signIns);
    return {
      connection,
      channel,
      asked,
      admission,
      member,
      succeeded,
      refused,
      isRenewal,
      leave,
      from: succeeded?.seq ?? Infinity,
      until: certainUntil(connection, leave, member, signIns, options),
      over: ends(connection, leave, refused, options),
    };
  }));
}

/** Whom a connection counts as that subscribes again as somebody else is left open. */
function withOpenMembers(stays: readonly Stay[]): Stay[] {
  const spells: Stay[][] = [];
  for (const stay of stays) {
    const spell = spells.at(-1);
    if (spell && stay.isRenewal) spell.push(stay);
    else spells.push([stay]);
  }
  return spells.flatMap((spell) => {
    const asked = spell.filter(({ admission, succeeded, refused }) =>
      succeeded !== undefined || (admission.kind !== "wrong" && refused === undefined)
    );
    const isOpen = new Set(asked.map(({ member }) => member?.id)).size > 1;
    return isOpen ? spell.map((stay) => ({ ...stay, member: undefined })) : spell;
  });
}

/**
 * Which answer belongs to which request. Messages of one connection are dealt with in order, but a
 * request may go unanswered, or be refused without its channel's name: a confirmation belongs to the
 * first that may be right, a refusal to the first that is wrong, and neither to one after which a
 * later message was answered already, where another waits.
 */
function answersTo(
  requests: readonly { readonly asked: Message; readonly admission: Admission }[],
  { succeeded, refused }: Talk,
  { answers }: Connection,
): Map<Message, Message> {
  const answered = new Map<Message, Message>();
  const inOrder = [...succeeded, ...refused].sort((a, b) => a.seq - b.seq);
  for (const answer of inOrder) {
    const open = requests.filter(({ asked }) => asked.seq < answer.seq && !answered.has(asked));
    const isLikely = ({ admission }: { readonly admission: Admission }) =>
      (admission.kind === "wrong") === isRefusal(answer);
    const waiting = open.filter(({ asked }) => answers.after(asked.seq) >= answer.seq);
    const request = waiting.find(isLikely) ?? open.find(isLikely) ?? open[0];
    if (request) answered.set(request.asked, answer);
  }
  return answered;
}

function certainUntil(
  { servedUntil }: Connection,
  leave: Message | undefined,
  member: Member | undefined,
  signIns: readonly SignIn[],
  { terminations }: StayOptions,
): number {
  const users = new Set([member?.id, ...signIns.map(({ userId }) => userId)]);
  const terminated = terminations.filter(({ userId }) => users.has(userId)).map(({ seq }) => seq);
  return Math.min(servedUntil, leave?.seq ?? Infinity, ...terminated);
}

function ends(
  { answers, closed }: Connection,
  leave: Message | undefined,
  refused: Message | undefined,
  { ordering, settleMs, quiet }: StayOptions,
): Point[] {
  const points: Point[] = [];
  if (leave) {
    const seq = answers.after(leave.seq);
    if (seq < Infinity) {
      points.push(ordering === "kept" ? { seq, t: 0 } : { seq, t: leave.t + settleMs });
    }
  }
  if (closed) points.push({ seq: closed.seq, t: closed.t + settleMs });
  if (refused) points.push({ seq: refused.seq, t: refused.t });
  const ending = Math.min(leave?.seq ?? Infinity, closed?.seq ?? Infinity);
  const calm = quiet.find((seq) => seq > ending);
  if (calm !== undefined) points.push({ seq: calm, t: 0 });
  return points;
}

/** Whether the connection may have been in the channel at any time from `from` to `to`. */
export function isPossible(stay: Stay, from: Point, to: Point = from): boolean {
  if (stay.admission.kind === "wrong" && !stay.succeeded) return false;
  return stay.asked.seq < to.seq && !isOver(stay, from);
}

/** Whether the stay has certainly ended before this point. */
export const isOver = ({ over }: Stay, { seq, t }: Point): boolean =>
  over.some((end) => seq > end.seq && t >= end.t);

/** Whether the connection was certainly in the channel all the time from `from` to `to`. */
export const isCertain = (stay: Stay, from: number, to: number): boolean =>
  stay.from <= from && stay.until > to;
