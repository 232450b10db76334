/** Who is let in and who is not (P-076, P-095 to P-113, P-191). */
import { kindOf } from "../../client/premises.ts";
import type { Connection } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import type { Stay } from "../stays.ts";
import { isRecord } from "../../wire/frame.ts";

const SUCCEEDED = "pusher_internal:subscription_succeeded";

export function judgeSubscribing(history: History, accuse: Accuse): void {
  const last = history.events.at(-1)?.t ?? 0;
  for (const { appId, channel } of history.channels) {
    for (const stay of history.staysIn(appId, channel)) {
      judgeAdmission(stay, appId, accuse);
      judgeAnswer(stay, history, last, accuse);
    }
  }
  for (const connection of history.connections.values()) {
    if (!connection.isForeign) judgeConfirmations(connection, history, accuse);
  }
}

function judgeAdmission(
  { admission, succeeded, connection, channel, asked }: Stay,
  appId: string,
  accuse: Accuse,
): void {
  if (admission.kind !== "wrong" || !succeeded || connection.isForeign) return;
  const kind = kindOf(channel);
  accuse({
    ...(kind === undefined ? {} : { kind }),
    requirement: admission.requirement,
    observation: "admitted",
    message: `${connection.name} was admitted to ${channel}, although ${admission.why}`,
    quotes: [asked.seq, succeeded.seq],
    part: `${appId} ${channel}`,
  });
}

/** Whoever may come in is told so, before a later message is answered. */
function judgeAnswer(
  { admission, succeeded, refused, connection, channel, asked, isRenewal, leave }: Stay,
  { options }: History,
  last: number,
  accuse: Accuse,
): void {
  if (admission.kind !== "right" || succeeded || refused || isRenewal || leave) return;
  if (connection.isForeign || connection.socketId === undefined) return;
  const greeted = connection.received[0];
  const answered = connection.answers.after(asked.seq);
  if (!greeted || greeted.seq > asked.seq || answered >= connection.oddFrom) return;
  if (answered === Infinity) return;
  // An error says not what it is about.
  const isExcused = connection.received.some(({ frame, seq }) =>
    seq > asked.seq && frame.event.endsWith("error")
  );
  const isSettled = options.ordering === "kept" || last - asked.t > options.settleMs;
  if (isExcused || !isSettled) return;
  accuse({
    requirement: "P-076",
    observation: "never confirmed",
    message:
      `${connection.name} asked for ${channel}; a later message was answered, the subscription never confirmed`,
    quotes: [asked.seq, answered],
    part: `${connection.app?.id} ${channel}`,
  });
}

/** One confirmation for each request, on the channel that was asked for. */
function judgeConfirmations(connection: Connection, history: History, accuse: Accuse): void {
  const confirmed = new Map<string, number>();
  for (const { frame, seq } of connection.received) {
    if (frame.event !== SUCCEEDED || seq > connection.oddFrom) continue;
    const { channel } = frame;
    if (channel === undefined) {
      accuse({
        requirement: "P-076",
        observation: "confirmation without a channel",
        message: `a confirmation names its channel; ${connection.name} received one that does not`,
        quotes: [seq],
      });
      continue;
    }
    const count = (confirmed.get(channel) ?? 0) + 1;
    confirmed.set(channel, count);
    const asked = history.stays(connection, channel).filter((stay) => stay.asked.seq < seq).length;
    if (count <= asked || askedIllFormed(connection, channel)) continue;
    accuse({
      requirement: "P-076",
      observation: asked === 0 ? "confirmed unasked" : "confirmed twice",
      message: `${connection.name} asked for ${channel} ${times(asked)} and was confirmed ${
        times(count)
      }`,
      quotes: [seq],
      part: `${connection.app?.id} ${channel}`,
    });
  }
}

/**
 * Whether a name was asked for that is no Unicode text, half a surrogate pair in it: a server may read
 * it with U+FFFD in its place, and confirm that.
 */
function askedIllFormed({ sent }: Connection, channel: string): boolean {
  return sent.some(({ frame: { event, data } }) =>
    event === "pusher:subscribe" && isRecord(data) && typeof data.channel === "string" &&
    !data.channel.isWellFormed() && data.channel.toWellFormed() === channel
  );
}

const times = (count: number) => count === 1 ? "once" : `${count} times`;
