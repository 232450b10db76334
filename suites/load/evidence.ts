/** What anybody needs to judge whether the figures of a run are theirs too. */
import { cpus } from "node:os";
import { encodeHex } from "@std/encoding";
import { join } from "@std/path";
import type { LoadReport } from "../record/load/report.ts";

type Evidence = LoadReport["evidence"];

/** What the harness is made of; a run by other sources is another measurement. */
const SOURCES = ["main.ts", "deno.json", "deno.lock", "reports", "suites", "targets"];
const IS_SOURCE = /\.(ts|js|css|json|lock|go|mod|sum)$/;

export async function sha256(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return encodeHex(await crypto.subtle.digest("SHA-256", bytes));
}

/** The hash of all sources under `root`, whatever order a folder lists them in. */
export async function harnessHash(root: string): Promise<string> {
  const lines: string[] = [];
  const visit = async (path: string): Promise<void> => {
    const { isDirectory } = await Deno.stat(join(root, path));
    if (!isDirectory) {
      lines.push(`${await sha256(await Deno.readFile(join(root, path)))}  ${path}`);
      return;
    }
    for await (const entry of Deno.readDir(join(root, path))) {
      if (entry.isDirectory || IS_SOURCE.test(entry.name)) await visit(`${path}/${entry.name}`);
    }
  };
  for (const path of SOURCES) await visit(path);
  return await sha256(lines.sort().join("\n"));
}

/** This machine, which runs the generator. */
export function machine(): Evidence["machine"] {
  return {
    os: Deno.build.os,
    kernel: Deno.osRelease(),
    arch: Deno.build.arch,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: navigator.hardwareConcurrency,
    memory: Deno.systemMemoryInfo().total,
    deno: Deno.version.deno,
  };
}
