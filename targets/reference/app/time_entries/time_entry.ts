/** Somebody's time on a project: running → stopped → approved. Pure. */
import type { BroadcastEvent } from "../events.ts";
import type { Steps } from "../steps.ts";

export const TIME_STATUSES = ["running", "stopped", "approved"] as const;
export type TimeStatus = typeof TIME_STATUSES[number];

export const TIME_STEPS: Steps<TimeStatus> = {
  running: ["stopped"],
  stopped: ["approved"],
  approved: [],
};

export interface TimeEntry {
  readonly id: string;
  readonly userId: string;
  readonly projectId: string | null;
  readonly status: TimeStatus;
  readonly version: number;
}

/** To all devices of whoever's time it is, and to those who look at the project. */
export const timeEntryUpdated = (entry: TimeEntry): readonly BroadcastEvent[] =>
  [
    `private-App.Models.User.${entry.userId}`,
    `private-timer.${entry.userId}`,
    `private-timesheet.${entry.id}`,
    ...(entry.projectId === null ? [] : [`private-project.${entry.projectId}`]),
  ].map((broadcastOn) => ({
    aggregate: `time:${entry.id}`,
    version: entry.version,
    broadcastOn,
    broadcastAs: "TimeEntryUpdated",
    broadcastWith: { time_entry_id: entry.id, status: entry.status },
    broadcastWhen: true,
  }));
