/** What happens to a project: steps, comments and files; each is one change of the project. */
import { type Activity, recordActivity } from "../activity/activity.ts";
import type { Caller, Change, Changing, Outcome } from "../changes.ts";
import { text } from "../database.ts";
import { refused } from "../decision.ts";
import type { BroadcastEvent } from "../events.ts";
import { NotThere, orNotThere } from "../not_there.ts";
import { whyNoStep } from "../steps.ts";
import { commentAdded, fileDeleted, fileUploaded, projectUpdated } from "./events.ts";
import { type Project, PROJECT_STEPS, type ProjectFile, type ProjectStatus } from "./project.ts";
import { addComment, addProject, fileRow, projectRow, saveFile, saveProject } from "./rows.ts";

/** Each is undefined when there is no such project or file. */
export interface Projects {
  create(
    given: Pick<Project, "clientId" | "name" | "brief">,
    caller: Caller,
  ): Promise<Outcome<Project>>;
  move(id: string, to: ProjectStatus, caller: Caller): Promise<Outcome<Project> | undefined>;
  comment(id: string, text: string, caller: Caller): Promise<Outcome<Project> | undefined>;
  upload(id: string, name: string, caller: Caller): Promise<Outcome<ProjectFile> | undefined>;
  deleteFile(id: string, caller: Caller): Promise<Outcome<ProjectFile> | undefined>;
}

export function createProjects(change: Change): Projects {
  /** One change of a project whose row is locked. */
  const changing = <T>(
    operation: string,
    id: (changing: Changing) => Promise<string> | string,
    caller: Caller,
    work: (changing: Changing, project: Project) => Promise<Outcome<T>>,
  ) =>
    orNotThere(change(operation, caller, async (changing) => {
      const { connection, lock } = changing;
      const project = await projectRow(connection, await id(changing), lock);
      if (project === undefined) throw new NotThere();
      return await work(changing, project);
    }));

  /** Writes down what a project has become, and tells it. */
  async function become(
    changing: Changing,
    project: Project,
    told: readonly BroadcastEvent[],
    caller: Caller,
    activity: Pick<Activity, "type" | "description" | "subjectType" | "subjectId">,
  ): Promise<void> {
    await saveProject(changing.connection, project, changing.now().iso);
    for (const event of told) changing.broadcast(event);
    const { clientId, id: projectId } = project;
    await recordActivity(changing, caller.userId, { ...activity, clientId, projectId });
  }

  return {
    create: (given, caller) =>
      change("create a project", caller, async ({ connection, now }) => {
        const id = crypto.randomUUID();
        const project: Project = { ...given, id, status: "planned", comments: 0, version: 0 };
        await addProject(connection, project, now().iso);
        return { ok: true, value: project };
      }),

    move: (id, to, caller) =>
      changing(`move project ${id}`, () => id, caller, async (changing, project) => {
        const refusal = whyNoStep("project", PROJECT_STEPS, project.status, to);
        if (refusal !== undefined) return refusal;
        const next = { ...project, status: to, version: project.version + 1 };
        await become(changing, next, projectUpdated(next), caller, {
          type: `project.${to}`,
          description: `project ${next.name}: ${to}`,
          subjectType: "project",
          subjectId: id,
        });
        return { ok: true, value: next };
      }),

    comment: (id, words, caller) =>
      changing(`comment on project ${id}`, () => id, caller, async (changing, project) => {
        const { connection, now } = changing;
        const { comments, version } = project;
        const next = { ...project, comments: comments + 1, version: version + 1 };
        const comment = { id: crypto.randomUUID(), projectId: id, userId: caller.userId };
        await addComment(connection, { ...comment, text: words }, now().iso);
        const [user] = await connection.all("SELECT name FROM users WHERE id = ?", caller.userId);
        const told = commentAdded(next, comment.id, words, text(user?.["name"]));
        await become(changing, next, told, caller, {
          type: "comment.added",
          description: `commented on ${next.name}`,
          subjectType: "comment",
          subjectId: comment.id,
        });
        return { ok: true, value: next };
      }),

    upload: (id, name, caller) =>
      changing(`upload to project ${id}`, () => id, caller, async (changing, project) => {
        const next = { ...project, version: project.version + 1 };
        const file: ProjectFile = {
          id: crypto.randomUUID(),
          projectId: id,
          name,
          status: "uploaded",
          version: next.version,
        };
        await saveFile(changing.connection, file, changing.now().iso);
        await become(changing, next, fileUploaded(next, file), caller, ofFile(file));
        return { ok: true, value: file };
      }),

    deleteFile: (id, caller) =>
      changing(
        `delete file ${id}`,
        async ({ connection }) => (await fileRow(connection, id))?.projectId ?? "",
        caller,
        async (changing, project) => {
          // Its project's row is locked, which nobody changes a file without.
          const file = await fileRow(changing.connection, id);
          if (file === undefined) throw new NotThere();
          if (file.status === "deleted") return refused("already", "The file is deleted already");
          const next = { ...project, version: project.version + 1 };
          const deleted: ProjectFile = { ...file, status: "deleted", version: next.version };
          await saveFile(changing.connection, deleted, changing.now().iso);
          await become(changing, next, fileDeleted(next, deleted), caller, ofFile(deleted));
          return { ok: true, value: deleted };
        },
      ),
  };
}

const ofFile = ({ id, name, status }: ProjectFile) => ({
  type: `file.${status}`,
  description: `file ${name}: ${status}`,
  subjectType: "file" as const,
  subjectId: id,
});
