/** U15 and U16: what a failure comes from: a setting of the server, a feature it lacks, a mistake in it. */
import { alterData } from "../../../faults/actions.ts";
import { answerWith } from "../../../faults/answers.ts";
import { asObject } from "../../../faults/message.ts";
import { request, toClient, toTarget } from "../../../faults/rules.ts";
import { refuse } from "../../../faults/subscribing.ts";
import type { Deviation } from "../deviation.ts";

const SETTINGS: readonly Deviation[] = [
  {
    row: "U15",
    does: "takes no body of more than 8,000 bytes, which is a setting: HTTP 413",
    server: {
      rules: [
        request(
          { method: "POST", where: ({ request: { body } }) => body.length > 8000 },
          answerWith(413, { error: "too large" }),
        ),
      ],
    },
    args: ["--scenario", "api/limits/*", "--scenario", "api/transport/*"],
    right: { exit: 0, failed: [], warned: ["P-210"], kinds: { "P-210": "configuration" } },
  },
  {
    row: "U15",
    does: "has client events switched off: 4301",
    server: {
      rules: [toTarget({ event: "client-*" }, refuse(4301, "Client events are not enabled"))],
    },
    args: ["--suite", "whispers"],
    right: { exit: 1, failed: ["P-165"] },
  },
];

/** Watchlist events of users who went, altered. */
const offline = (change: (ids: readonly unknown[]) => readonly unknown[]) =>
  toClient(
    { event: "pusher_internal:watchlist_events" },
    alterData((data) => ({
      ...data,
      events: (Array.isArray(data["events"]) ? data["events"] : []).map((one) => {
        const told = asObject(one) ?? {};
        const ids = Array.isArray(told["user_ids"]) ? told["user_ids"] : [];
        return told["name"] === "offline" ? { ...told, user_ids: change(ids) } : told;
      }),
    })),
  );

const MISTAKES: readonly Deviation[] = [
  ["other ids than went", (ids: readonly unknown[]) => ids.map((id) => `${id}0`)],
  ["nobody's ids", () => []],
].map(([what, change]) => ({
  row: "U16",
  does: `has a watchlist, and says offline with ${what}`,
  server: { rules: [offline(change as Parameters<typeof offline>[0])] }, // as in the pair above
  target: {
    apps: {
      main: { id: "app-id", key: "app-key", secret: "app-secret" },
      users: { id: "app-id", key: "app-key", secret: "app-secret" },
    },
  },
  args: ["--scenario", "users/watchlist/*"],
  right: {
    exit: 1,
    failed: ["P-198"],
    kinds: { "P-198": "implementation" },
  },
}));

export const CAUSES: readonly Deviation[] = [...SETTINGS, ...MISTAKES];
