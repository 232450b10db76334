/** Target files of tests, and `check` as they make it run. */
import { join } from "@std/path";
import { plumbline, type Ran, withFolder } from "../testing.ts";

/** Where an endpoint is. */
export interface Place {
  readonly scheme?: "http" | "https";
  readonly host?: string;
  readonly port: number;
  readonly path?: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** What a target file says; the rest is right for the reference server. */
export interface Settings {
  readonly websocket: Place;
  readonly api: Place;
  readonly key?: string;
  readonly id?: string;
  readonly secret?: string;
  /** Further lines of the file. */
  readonly more?: string;
}

const place = ({ scheme = "http", host = "127.0.0.1", path = "", ...rest }: Place) =>
  JSON.stringify({ scheme, host, path, ...rest });

/** Writes a target file of these settings; its path. */
export async function targetFile(
  folder: string,
  { websocket, api, key = "app-key", id = "app-id", secret = "app-secret", more = "" }: Settings,
): Promise<string> {
  const file = join(folder, "target.yaml");
  await Deno.writeTextFile(
    file,
    `version: 1
name: test
title: A server
websocket: ${place(websocket)}
api: ${place(api)}
ordering: kept
apps: { main: ${JSON.stringify({ id, key, secret })} }
${more}`,
  );
  return file;
}

export interface Checked extends Ran {
  /** The lines of the record. */
  readonly record: readonly Record<string, unknown>[];
  /** From the first line of the record to the last: without the time that the command needs to start. */
  readonly ms: number;
}

/** Runs `check` with a target file of these settings; ports and the file's path are left out of what it says. */
export async function checkWith(
  settings: Settings,
  scenarios: readonly string[],
): Promise<Checked> {
  return await withFolder(async (folder) => {
    const file = await targetFile(folder, settings);
    const out = join(folder, "out");
    const ran = await plumbline(["check", "--target", file, ...scenarios, "--out", out]);
    const path = join(out, "record.jsonl");
    const text = await Deno.readTextFile(path);
    const record = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    const err = ran.err.replaceAll(file, "FILE").replace(/:\d{4,5}\b/g, ":PORT");
    const ended = (await Deno.stat(path)).mtime?.getTime() ?? NaN;
    return { ...ran, err, record, ms: ended - Date.parse(record[0]?.startedAt) };
  });
}
