/** What is told of a project, its comments and its files. The brief is no part of it. */
import type { BroadcastEvent } from "../events.ts";
import type { Project, ProjectFile } from "./project.ts";

type Payload = BroadcastEvent["broadcastWith"];

const both = ({ id, clientId }: Project) => [`private-project.${id}`, `private-client.${clientId}`];

/** One event a channel, all of one version of the project. */
const of = (
  project: Project,
  channels: readonly string[],
  broadcastAs: string,
  broadcastWith: Payload,
): readonly BroadcastEvent[] =>
  channels.map((broadcastOn) => ({
    aggregate: `project:${project.id}`,
    version: project.version,
    broadcastOn,
    broadcastAs,
    broadcastWith,
    broadcastWhen: true,
  }));

export const projectUpdated = (project: Project) =>
  of(project, both(project), "ProjectUpdated", {
    project_id: project.id,
    name: project.name,
    status: project.status,
  });

/** To those who look at the project. */
export const commentAdded = (project: Project, id: string, text: string, by: string) =>
  of(project, [`private-project.${project.id}`, `presence-project.${project.id}`], "CommentAdded", {
    project_id: project.id,
    comment_id: id,
    text,
    by,
    comments: project.comments,
  });

const fileEvent = (broadcastAs: string) => (project: Project, file: ProjectFile) =>
  of(project, both(project), broadcastAs, {
    project_id: project.id,
    file_id: file.id,
    name: file.name,
    status: file.status,
  });

export const fileUploaded = fileEvent("FileUploaded");
export const fileDeleted = fileEvent("FileDeleted");
