/** A project of a client: planned → active → done. Pure. */
import type { Steps } from "../steps.ts";

export const PROJECT_STATUSES = ["planned", "active", "done"] as const;
export type ProjectStatus = typeof PROJECT_STATUSES[number];

export const PROJECT_STEPS: Steps<ProjectStatus> = {
  planned: ["active"],
  active: ["done"],
  done: [],
};

export interface Project {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  /** What the client wants; for the client and the staff. */
  readonly brief: string;
  readonly status: ProjectStatus;
  readonly comments: number;
  /** Counts everything that happens to the project: steps, comments, files. */
  readonly version: number;
}

/** A file of a project; what is in it is kept elsewhere. */
export interface ProjectFile {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly status: "uploaded" | "deleted";
  readonly version: number;
}
