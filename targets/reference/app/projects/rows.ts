/** Projects, their comments and their files as rows. */
import { type Connection, number, type Row, text } from "../database.ts";
import type { Stored } from "../store.ts";
import type { Project, ProjectFile, ProjectStatus } from "./project.ts";

const projectOf = (row: Row): Stored<Project> => ({
  id: text(row["id"]),
  clientId: text(row["client_id"]),
  name: text(row["name"]),
  brief: text(row["brief"]),
  status: text(row["status"]) as ProjectStatus, // only this file writes it
  comments: number(row["comments"]),
  version: number(row["version"]),
  updatedAt: text(row["updated_at"]),
});

export async function projectRow(
  connection: Connection,
  id: string,
  lock = "",
): Promise<Stored<Project> | undefined> {
  const [row] = await connection.all(`SELECT * FROM projects WHERE id = ?${lock}`, id);
  return row && projectOf(row);
}

export async function addProject(connection: Connection, project: Project, at: string) {
  const { id, clientId, name, brief, status, comments, version } = project;
  await connection.all(
    "INSERT INTO projects VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    id,
    clientId,
    name,
    brief,
    status,
    comments,
    version,
    at,
  );
}

export async function saveProject(connection: Connection, project: Project, at: string) {
  await connection.all(
    "UPDATE projects SET status = ?, comments = ?, version = ?, updated_at = ? WHERE id = ?",
    project.status,
    project.comments,
    project.version,
    at,
    project.id,
  );
}

export async function addComment(
  connection: Connection,
  comment: {
    readonly id: string;
    readonly projectId: string;
    readonly userId: string;
    readonly text: string;
  },
  at: string,
) {
  await connection.all(
    "INSERT INTO comments VALUES (?, ?, ?, ?, ?)",
    comment.id,
    comment.projectId,
    comment.userId,
    comment.text,
    at,
  );
}

export async function fileRow(
  connection: Connection,
  id: string,
  lock = "",
): Promise<ProjectFile | undefined> {
  const [row] = await connection.all(`SELECT * FROM files WHERE id = ?${lock}`, id);
  return row && {
    id: text(row["id"]),
    projectId: text(row["project_id"]),
    name: text(row["name"]),
    status: text(row["status"]) as ProjectFile["status"], // only this file writes it
    version: number(row["version"]),
  };
}

/** Adds a file, or writes what has become of one. */
export async function saveFile(connection: Connection, file: ProjectFile, at: string) {
  await connection.all(
    `INSERT INTO files (id, project_id, name, status, version, updated_at)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, version = excluded.version,
     updated_at = excluded.updated_at`,
    file.id,
    file.projectId,
    file.name,
    file.status,
    file.version,
    at,
  );
}
