/** A member of a channel whose client event is refused as a stranger's would be (P-165). */
import type { View } from "../engine/verb.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { isRecord } from "../wire/frame.ts";

/** 4009: the connection is not authorized for what it asks. */
const UNAUTHORIZED = 4009;

const HEARTBEATS: ReadonlySet<string | undefined> = new Set(["pusher:ping", "pusher:pong"]);

/**
 * The error that answered the last client event of this name, where its sender was confirmed on the
 * channel and has said nothing else since that an error could be about.
 */
export function refusedAsStranger(
  event: string,
  { events, end }: View,
): Evidence | undefined {
  const before = events.slice(0, end);
  const at = before.findLastIndex((one) => one.kind === "sent" && frameOf(one)?.event === event);
  const sent = before[at];
  if (sent?.kind !== "sent") return undefined;
  const channel = frameOf(sent)?.channel;
  const ofSender = before.filter((one) => "socket" in one && one.socket === sent.socket);
  const confirmed = ofSender.findLastIndex((one) => {
    const frame = one.kind === "received" ? frameOf(one) : undefined;
    return frame?.event === "pusher_internal:subscription_succeeded" && frame.channel === channel;
  });
  if (confirmed < 0) return undefined;
  const since = ofSender.slice(confirmed + 1);
  const saidMore = since.some((one) =>
    one.kind === "sent" && one !== sent && !HEARTBEATS.has(frameOf(one)?.event)
  );
  return saidMore ? undefined : since.find((one) => {
    const frame = one.kind === "received" && one.seq > sent.seq ? frameOf(one) : undefined;
    return frame?.event === "pusher:error" && isRecord(frame.decoded) &&
      frame.decoded.code === UNAUTHORIZED;
  });
}
