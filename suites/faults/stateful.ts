/**
 * Servers that go wrong only after something else has happened: none shows in a history of three
 * steps. No scenario looks for them; random histories have to find them.
 */
import type { Break } from "./break.ts";
import {
  clientEventForgets,
  exclusionNotKept,
  ghostInSnapshot,
  leaversCounted,
  oneEndedAllEnded,
  rejoiningUnannounced,
  resetsCounted,
  secondRemovalUnreported,
  tabsRemembered,
  terminatedOnce,
} from "./stateful_rules.ts";

export const STATEFUL: readonly Break[] = [
  {
    name: "rejoining-member-unannounced",
    title: "Does not announce a member to somebody who saw him come before.",
    violates: ["P-119", "P-125", "P-127"],
    rules: rejoiningUnannounced(),
  },
  {
    name: "member-with-tabs-never-removed",
    title: "Never says that a member left who once had two connections.",
    violates: ["P-122", "P-123", "P-125"],
    rules: tabsRemembered(),
  },
  {
    name: "snapshot-lists-who-left-last",
    title: "Lists in a snapshot, beside the members, who left last.",
    violates: ["P-116", "P-125"],
    rules: ghostInSnapshot(),
  },
  {
    name: "client-event-empties-cache",
    title: "Forgets what a cache channel keeps when a client event is sent on it.",
    violates: ["P-147", "P-155"],
    rules: clientEventForgets(),
  },
  {
    name: "excluding-event-not-kept",
    title: "Keeps the event before one that excludes a connection.",
    violates: ["P-147", "P-149", "P-160"],
    rules: exclusionNotKept(),
  },
  {
    name: "reset-subscribers-counted",
    title: "Counts subscribers whose connection was reset.",
    violates: ["P-178", "P-181"],
    rules: resetsCounted(),
  },
  {
    name: "leaver-counted-by-api",
    title: "Counts one user too many where anybody has left.",
    violates: ["P-268", "P-273"],
    rules: leaversCounted(),
  },
  {
    name: "user-deaf-after-a-tab-ended",
    title: "Sends a user nothing any more once one of his connections has ended.",
    violates: ["P-080", "P-192"],
    rules: oneEndedAllEnded(),
  },
  {
    name: "user-terminated-once",
    title: "Terminates a user's connections once, and never again.",
    violates: ["P-193"],
    rules: terminatedOnce(),
  },
  {
    name: "second-removal-unreported",
    title: "Reports by webhook the first member that leaves a channel, and no other.",
    violates: ["P-287"],
    rules: secondRemovalUnreported(),
  },
];
