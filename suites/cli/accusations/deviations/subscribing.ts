/** U1 and U5: servers that refuse what they must admit, and servers that refuse by other names. */
import { answer } from "../../../faults/actions.ts";
import type { Passage } from "../../../faults/break.ts";
import type { Message } from "../../../faults/message.ts";
import { parseObject } from "../../../faults/message.ts";
import { message, pusherError } from "../../../faults/replies.ts";
import { toTarget } from "../../../faults/rules.ts";
import { channelIn, fieldIn, isUnauthorized, refuse } from "../../../faults/subscribing.ts";
import type { Deviation } from "../deviation.ts";

const memberIn = (seen: Passage) => parseObject(fieldIn(seen, "channel_data") ?? "");

const ALL_WITH_PRESENCE = ["presence", "api", "auth", "counts", "whispers", "cache"]
  .flatMap((suite) => ["--suite", suite]);

/** Refuses subscriptions that `where` picks. */
const refusing = (channel: string | RegExp, where: (seen: Passage) => boolean) => [
  toTarget({ event: "pusher:subscribe", channel, where }, refuse(4300, "Invalid message format")),
];

export const REFUSED: readonly Deviation[] = [
  {
    row: "U1",
    does: "refuses a presence subscription without user_info",
    server: {
      rules: refusing("presence-*", (seen) => {
        const member = memberIn(seen);
        return member !== undefined && "user_id" in member && !("user_info" in member);
      }),
    },
    args: ALL_WITH_PRESENCE,
    right: { exit: 1, failed: ["P-113"], blockedBy: { "P-116": "P-113" } },
  },
  {
    row: "U1",
    does: "refuses a presence subscription whose user_id is a number",
    server: {
      rules: refusing("presence-*", (seen) => typeof memberIn(seen)?.["user_id"] === "number"),
    },
    args: ["--suite", "presence"],
    right: { exit: 0, failed: [] },
  },
  {
    row: "U1",
    does: "refuses channels whose name has one of the characters = @ , . ;",
    server: { rules: refusing(/[=@,.;]/, () => true) },
    args: ["--suite", "api", "--suite", "protocol"],
    right: { exit: 1, failed: ["P-205"], blockedBy: { "P-225": "P-205" } },
  },
  {
    row: "U1",
    does: "refuses a presence subscription whose user_info is not flat",
    server: {
      rules: refusing("presence-*", (seen) => {
        const info = memberIn(seen)?.["user_info"];
        return typeof info === "object" && info !== null &&
          Object.values(info).some((value) => typeof value === "object" && value !== null);
      }),
    },
    args: ["--suite", "presence"],
    // With and without user_info others are admitted: nothing tells more than that this one was not.
    right: { exit: 1, failed: ["P-076"], blockedBy: { "P-118": "P-076" } },
  },
  {
    row: "U1",
    does: "refuses every cache channel",
    server: { rules: refusing(/^(private-|presence-|private-encrypted-)?cache-/, () => true) },
    args: ["--suite", "cache", "--suite", "auth"],
    right: { exit: 1, failed: ["P-146"] },
  },
];

/** Refuses subscriptions that are not rightly signed with this message, about this channel. */
const refusalsNamed = (form: (channel: string) => Message) => [
  toTarget(
    { event: "pusher:subscribe", where: (seen) => isUnauthorized(seen) },
    answer((seen) => form(channelIn(seen))),
  ),
];

const REFUSALS = ["--suite", "auth", "--suite", "presence", "--suite", "cache"];

export const REFUSED_BY_ANOTHER_NAME: readonly Deviation[] = [
  {
    row: "U5",
    does: "refuses with pusher_internal:subscription_error on the channel",
    server: {
      rules: refusalsNamed((channel) =>
        message("pusher_internal:subscription_error", { type: "AuthError", status: 401 }, channel)
      ),
    },
    args: REFUSALS,
    right: { exit: 0, failed: [] },
  },
  {
    row: "U5",
    does: "refuses with pusher:subscription_error on the channel",
    server: {
      rules: refusalsNamed((channel) =>
        message("pusher:subscription_error", { type: "AuthError", status: 401 }, channel)
      ),
    },
    args: REFUSALS,
    right: { exit: 0, failed: [] },
  },
  {
    row: "U5",
    does: "refuses with pusher:error that names the channel",
    server: {
      rules: refusalsNamed((channel) => ({ ...pusherError(4009, "Unauthorized"), channel })),
    },
    args: REFUSALS,
    right: { exit: 0, failed: [] },
  },
];
