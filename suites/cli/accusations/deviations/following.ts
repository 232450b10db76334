/** U23: one fault seen from several sides, of which only one is what is wrong. */
import { API_BATCH } from "../../../faults/breaks/api_batch.ts";
import { API_EVENTS } from "../../../faults/breaks/api_events.ts";
import { CACHE_BREAKS } from "../../../faults/breaks/cache.ts";
import { FRAMING } from "../../../faults/breaks/framing.ts";
import { MEMBERSHIP } from "../../../faults/breaks/membership.ts";
import { SUBSCRIBING } from "../../../faults/breaks/subscribe.ts";
import { admit, channelIn, dataIn, refuse } from "../../../faults/subscribing.ts";
import { drop } from "../../../faults/actions.ts";
import { toTarget } from "../../../faults/rules.ts";
import { isRecord, readJson } from "../../../wire/frame.ts";
import type { Break } from "../../../faults/break.ts";
import type { Deviation } from "../deviation.ts";

const APPS = {
  main: { id: "app-id", key: "app-key", secret: "app-secret" },
  second: { id: "second-id", key: "second-key", secret: "second-secret" },
};

const breaksNamed = (breaks: readonly Break[], wanted: string) =>
  breaks.filter(({ name }) => name === wanted).flatMap(({ rules }) => rules);

export const FOLLOWING: readonly Deviation[] = [
  {
    row: "U23",
    does: "answers no pusher:ping",
    server: { rules: [toTarget({ event: "pusher:ping" }, drop)] },
    args: [
      ...["--scenario", "users/stays/terminated-by-another-name/*"],
      ...["--scenario", "protocol/heartbeat/pusher-ping"],
      ...["--scenario", "protocol/subscribe/unsubscribe-twice"],
      ...["--scenario", "robustness/subscribe/data-is-*"],
    ],
    right: { exit: 1, failed: ["P-038"] },
  },
  {
    row: "U23",
    does: "publishes the first event of a batch only",
    server: { rules: breaksNamed(API_BATCH, "batch-without-effect") },
    args: [
      ...["--scenario", "api/batch/*", "--scenario", "api/official/trigger*"],
      ...["--scenario", "ordering/sequences/*", "--scenario", "protocol/subscribe/*"],
    ],
    // What it answers for the others it was never asked.
    right: { exit: 1, failed: ["P-252", "P-253"] },
  },
  {
    row: "U23",
    does: "publishes to the first of several channels only",
    server: { rules: breaksNamed(API_EVENTS, "publish-first-channel-only") },
    args: [
      ...["--scenario", "api/events/channels-of-*", "--scenario", "api/official/trigger*"],
      ...["--scenario", "protocol/subscribe/*", "--scenario", "protocol/framing/*"],
    ],
    right: { exit: 1, failed: ["P-241"] },
  },
  {
    row: "U23",
    does: "admits everybody to private-cache- channels, unless the signature is no text",
    server: {
      rules: [
        toTarget({
          event: "pusher:subscribe",
          where: (seen) =>
            channelIn(seen).startsWith("private-cache-") &&
            typeof (dataIn(seen)["auth"] ?? "") === "string",
        }, admit),
      ],
    },
    args: [
      ...["--scenario", "auth/doors/**", "--scenario", "auth/private/*"],
      ...["--scenario", "cache/secrets/refused-subscriber/*"],
    ],
    right: { exit: 1, failed: ["P-146"] },
  },
  {
    row: "U23",
    does: "refuses client events on cache channels",
    server: {
      rules: [
        toTarget({
          event: "client-*",
          where: ({ message }) => /^(private|presence)-cache-/.test(String(message?.["channel"])),
        }, refuse(4301, "Not here")),
      ],
    },
    target: { apps: APPS },
    args: [
      ...[
        "--scenario",
        "api/isolation/whispered/*",
        "--scenario",
        "whispers/delivery/to-every-other/*",
      ],
      ...["--scenario", "cache/secrets/client-events*"],
    ],
    right: { exit: 1, failed: ["P-155"] },
  },
  {
    row: "U23",
    does: "refuses client events whose data is text",
    server: {
      rules: [
        toTarget({
          event: "client-*",
          where: ({ message }) =>
            typeof message?.["data"] === "string" && message["data"] !== "" &&
            !isRecord(readJson(message["data"])),
        }, refuse(4301, "Invalid message format")),
      ],
    },
    args: [
      ...["--scenario", "whispers/**", "--scenario", "protocol/handshake/compression"],
      ...["--scenario", "protocol/framing/large-message-in-segments"],
    ],
    right: { exit: 1, failed: ["P-169"] },
  },
  {
    row: "U23",
    does: "refuses client events whose data is an empty object",
    server: {
      rules: [
        toTarget({
          event: "client-*",
          where: ({ message }) => JSON.stringify(message?.["data"]) === "{}",
        }, refuse(4009, "The client is not a member of the specified channel.")),
      ],
    },
    args: [
      ...["--scenario", "whispers/speaker/*"],
      ...["--scenario", "whispers/delivery/to-every-other/*"],
    ],
    right: { exit: 1, failed: ["P-165"] },
  },
  {
    row: "U23",
    does: "has no cache on channels that are guarded",
    server: { rules: breaksNamed(CACHE_BREAKS, "cache-only-public") },
    args: [
      ...["--scenario", "cache/misses/**", "--scenario", "cache/channels/kinds/*"],
      ...["--scenario", "protocol/subscribe/confirmation/*"],
    ],
    right: { exit: 1, failed: ["P-146"] },
  },
  {
    row: "U23",
    does: "sends what it says of a channel once more, in a form without event",
    server: { rules: breaksNamed(FRAMING, "event-name-missing") },
    args: [
      ...["--scenario", "api/batch/*", "--scenario", "api/events/without-*"],
      ...["--scenario", "protocol/framing/*"],
    ],
    right: { exit: 1, failed: ["P-027"] },
  },
  {
    row: "U23",
    does: "closes whoever leaves a channel that he is not in",
    server: { rules: breaksNamed(SUBSCRIBING, "idle-unsubscribe-closes") },
    args: ["--scenario", "protocol/subscribe/unsubscribe-*"],
    right: { exit: 1, failed: ["P-085"] },
  },
  {
    row: "U23",
    does: "tells a member that he has come himself",
    server: { rules: breaksNamed(MEMBERSHIP, "member-added-to-himself") },
    args: ["--scenario", "api/isolation/members/*", "--scenario", "presence/members/*"],
    right: { exit: 1, failed: ["P-121"] },
  },
];
