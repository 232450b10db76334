/** U6, U7, U12 and U13: servers that are wrong, or slow, about who is there. */
import { alterData, delay, drop, followedBy, overtaken } from "../../../faults/actions.ts";
import type { Passage } from "../../../faults/break.ts";
import { asObject, type Json } from "../../../faults/message.ts";
import { message } from "../../../faults/replies.ts";
import { toClient, toTarget } from "../../../faults/rules.ts";
import { channelIn, dataIn } from "../../../faults/subscribing.ts";
import { memberOf } from "../../../faults/world.ts";
import type { Deviation } from "../deviation.ts";

const SNAPSHOT = {
  event: "pusher_internal:subscription_succeeded",
  channel: "presence-*",
} as const;

const WITH_MEMBERS = ["presence", "races", "auth", "cache", "counts", "whispers"]
  .flatMap((suite) => ["--suite", suite]);

/** The snapshot with other fields than it has. */
const altered = (change: (presence: Json) => Json) => [
  toClient(
    SNAPSHOT,
    alterData((data) => ({ ...data, presence: change(asObject(data["presence"]) ?? {}) })),
  ),
];

const without = (field: string) => (presence: Json) =>
  Object.fromEntries(Object.entries(presence).filter(([name]) => name !== field));

const isFirstTab = ({ line, message: sent }: Passage) => {
  const channel = String(sent?.["channel"]);
  const user = memberOf(line, channel);
  return ![...line.world.lines].some((other) =>
    other !== line && memberOf(other, channel) === user
  );
};

const ONE_THING: readonly Deviation[] = [
  {
    row: "U12",
    does: "sends a joiner its own member_added",
    server: {
      rules: [
        toClient(
          { ...SNAPSHOT, where: isFirstTab },
          followedBy((passage) => {
            const channel = channelIn(passage);
            const user_id = memberOf(passage.line, channel);
            return message("pusher_internal:member_added", { user_id, user_info: {} }, channel);
          }),
        ),
      ],
    },
    args: WITH_MEMBERS,
    right: { exit: 1, failed: ["P-121"] },
  },
  {
    row: "U12",
    does: "gives a joiner no ids",
    server: { rules: altered(without("ids")) },
    args: WITH_MEMBERS,
    right: { exit: 1, failed: ["P-115"], blockedBy: { "P-116": "P-115" } },
  },
  {
    row: "U12",
    does: "gives a joiner no hash",
    server: { rules: altered(without("hash")) },
    args: WITH_MEMBERS,
    right: { exit: 1, failed: ["P-115"], blockedBy: { "P-118": "P-115" } },
  },
  {
    row: "U12",
    does: "gives a joiner the count as text",
    server: { rules: altered((presence) => ({ ...presence, count: String(presence["count"]) })) },
    args: WITH_MEMBERS,
    right: { exit: 1, failed: ["P-115"], blockedBy: { "P-116": "P-115" } },
  },
  {
    row: "U12",
    does: "sends member_added with data that is an object, not a string of JSON",
    server: {
      rules: [
        toClient({ event: "pusher_internal:member_added" }, async (passage) => {
          const { line, message: sent } = passage;
          await line.send("toClient", JSON.stringify({ ...sent, data: dataIn(passage) }));
        }),
      ],
    },
    args: WITH_MEMBERS,
    right: { exit: 1, failed: ["P-028", "P-119"] },
  },
];

const SLOW: readonly Deviation[] = [
  {
    row: "U6",
    does: "deals with every unsubscribing of each second connection 300 ms later",
    server: {
      rules: [
        toTarget(
          { event: "pusher:unsubscribe", where: ({ line }) => isSecond(line.knowledge.socketId) },
          delay(300),
        ),
      ],
    },
    args: ["--suite", "presence", "--suite", "races"],
    right: { exit: 0, failed: [] },
  },
  {
    row: "U6",
    does: "is 200 ms away: every message reaches its client that much later",
    server: { rules: [toClient({}, overtaken(200))] },
    args: ["--suite", "presence", "--suite", "races"],
    right: { exit: 0, failed: [] },
  },
  {
    row: "U7",
    does: "tells nobody that the third guest left",
    server: {
      rules: [
        toClient({
          event: "pusher_internal:member_removed",
          where: (seen) => String(dataIn(seen)["user_id"]).startsWith("guest-3-"),
        }, drop),
      ],
    },
    args: ["--scenario", "presence/churn/last-tab-races-next"],
    right: { exit: 1, failed: ["P-123"], blockedBy: { "P-126": "P-123" }, saysNot: /race 2/ },
  },
];

const isSecond = (socketId: string | undefined) => Number(socketId?.at(-1)) % 2 === 1;

const CUTS = [
  ...["--scenario", "presence/members/breaks-off", "--scenario", "presence/churn/mass-reconnect"],
];

const LATE: readonly Deviation[] = [
  {
    row: "U13",
    does: "notices a cut after 7 seconds",
    server: { rules: [], front: { noticesCutsAfterMs: 7000 } },
    target: { settles: "20s" },
    args: ["--scenario", "presence/members/breaks-off"],
    right: { exit: 0, failed: [], warned: ["P-123"] },
  },
  {
    row: "U13",
    does: "notices a cut after 7 seconds, as its target file states",
    server: { rules: [], front: { noticesCutsAfterMs: 7000 } },
    target: { removesWithin: "10s" },
    args: CUTS,
    right: { exit: 0, failed: [], warned: [] },
  },
  {
    row: "U13",
    does: "notices a cut after 7 seconds, though its target file states 3",
    server: { rules: [], front: { noticesCutsAfterMs: 7000 } },
    target: { removesWithin: "3s" },
    args: ["--scenario", "presence/members/breaks-off"],
    right: { exit: 1, failed: ["P-123"] },
  },
];

export const PRESENCE: readonly Deviation[] = [...ONE_THING, ...SLOW, ...LATE];
