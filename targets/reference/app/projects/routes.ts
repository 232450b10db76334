/** Projects and their files over HTTP: the staff runs them, a client sees his own and takes part. */
import { Hono } from "hono";
import { z } from "zod";
import { concernsClient } from "../access.ts";
import type { Database } from "../database.ts";
import { answer } from "../http/answer.ts";
import {
  activeUserOf,
  type Asked,
  bodyOf,
  callerOf,
  HttpError,
  key,
  type Known,
  notFound,
  staffOf,
} from "../http/request.ts";
import type { Users } from "../users.ts";
import { PROJECT_STATUSES } from "./project.ts";
import type { Projects } from "./projects.ts";
import { fileRow, projectRow } from "./rows.ts";

const printable = (most: number) =>
  z.string().regex(new RegExp(`^\\P{C}{1,${most}}$`, "u"), `expected 1 to ${most} characters`);

const creation = z.object({
  client_id: z.string().max(100),
  name: printable(200),
  brief: z.string().max(2000).default(""),
  idempotency_key: key,
});

export function projectRoutes(database: Database, users: Users, projects: Projects): Hono<Known> {
  /** The project, where it concerns who asks; somebody else's is not there. */
  async function concerning(asked: Asked, id: string) {
    const user = activeUserOf(asked);
    const project = await projectRow(database, id);
    if (project === undefined || !concernsClient(user, project.clientId)) notFound("project");
    return { user, project };
  }

  /** The file, where its project concerns who asks. */
  async function concerningFile(asked: Asked) {
    const file = await fileRow(database, asked.req.param("id") ?? "");
    if (file === undefined) {
      activeUserOf(asked);
      return notFound("file");
    }
    return { file, ...await concerning(asked, file.projectId) };
  }

  return new Hono<Known>()
    .post("/projects", async (asked) => {
      const user = staffOf(asked, "The staff makes projects");
      const said = await bodyOf(asked, creation);
      const client = await users.byId(said.client_id);
      if (client?.role !== "customer") {
        throw new HttpError(422, "invalid", "client_id is no client's");
      }
      const { name, brief } = said;
      const caller = callerOf(asked, user, said.idempotency_key);
      const made = await projects.create({ clientId: client.id, name, brief }, caller);
      return answer(asked, made, ({ id, version }) => ({ id, version }), 201);
    })
    .get("/projects/:id", async (asked) => {
      const { project } = await concerning(asked, asked.req.param("id"));
      const { id, name, brief, status, comments, version, updatedAt } = project;
      return asked.json({
        data: { id, name, brief, status, comments, version, updated_at: updatedAt },
      });
    })
    .post("/projects/:id/transitions", async (asked) => {
      const user = staffOf(asked, "The staff moves projects");
      const body = z.object({ to: z.enum(PROJECT_STATUSES), idempotency_key: key });
      const { to, idempotency_key } = await bodyOf(asked, body);
      const caller = callerOf(asked, user, idempotency_key);
      const moved = await projects.move(asked.req.param("id"), to, caller);
      return answer(
        asked,
        moved ?? notFound("project"),
        ({ status, version }) => ({ status, version }),
      );
    })
    .post("/projects/:id/comments", async (asked) => {
      const { user, project } = await concerning(asked, asked.req.param("id"));
      const body = z.object({ text: z.string().min(1).max(2000), idempotency_key: key });
      const { text, idempotency_key } = await bodyOf(asked, body);
      const caller = callerOf(asked, user, idempotency_key);
      const added = await projects.comment(project.id, text, caller);
      return answer(
        asked,
        added ?? notFound("project"),
        ({ comments, version }) => ({ comments, version }),
        201,
      );
    })
    .post("/projects/:id/files", async (asked) => {
      const { user, project } = await concerning(asked, asked.req.param("id"));
      const body = z.object({ name: printable(200), idempotency_key: key });
      const { name, idempotency_key } = await bodyOf(asked, body);
      const caller = callerOf(asked, user, idempotency_key);
      const added = await projects.upload(project.id, name, caller);
      return answer(
        asked,
        added ?? notFound("project"),
        ({ id, version }) => ({ id, version }),
        201,
      );
    })
    .get("/files/:id", async (asked) => {
      const { file: { id, name, status, version } } = await concerningFile(asked);
      return asked.json({ data: { id, name, status, version } });
    })
    .delete("/files/:id", async (asked) => {
      const { user, file } = await concerningFile(asked);
      const deleted = await projects.deleteFile(file.id, callerOf(asked, user));
      return answer(
        asked,
        deleted ?? notFound("file"),
        ({ status, version }) => ({ status, version }),
      );
    });
}
