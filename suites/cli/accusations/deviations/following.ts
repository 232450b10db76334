/** U23: one fault seen from several sides, of which only one is what is wrong. */
import { admit, channelIn, dataIn, refuse } from "../../../faults/subscribing.ts";
import { toTarget } from "../../../faults/rules.ts";
import { isRecord, readJson } from "../../../wire/frame.ts";
import type { Deviation } from "../deviation.ts";

const APPS = {
  main: { id: "app-id", key: "app-key", secret: "app-secret" },
  second: { id: "second-id", key: "second-key", secret: "second-secret" },
};

export const FOLLOWING: readonly Deviation[] = [
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
];
