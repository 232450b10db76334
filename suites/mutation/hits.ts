/** Reading which mutants instrumented programs execute, scenario by scenario. */
import net from "node:net";
import { join } from "@std/path";

export interface Hits {
  /** What the programs need in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where they write. */
  readonly folder: string;
  /** Mutants that were executed since it was last called; those of living programs start anew. */
  take(): Promise<string[]>;
  close(): Promise<void>;
}

/** How long a program that is ending may take to say so. */
const ANSWER_MS = 2000;

export async function collectHits(): Promise<Hits> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-hits-" });
  const lines = new Set<net.Socket>();
  const server = net.createServer((line) => {
    lines.add(line);
    line.on("close", () => lines.delete(line));
    line.on("error", () => line.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo; // a TCP server that listens has one
  const read = new Map<string, number>();
  return {
    folder,
    environment: { PLUMBLINE_HITS: folder, PLUMBLINE_HITS_PORT: String(port) },
    take: async () => {
      await Promise.all([...lines].map(beginAnew));
      const ids = new Set<string>();
      for await (const { name } of Deno.readDir(folder)) {
        const text = await Deno.readTextFile(join(folder, name));
        for (const id of text.slice(read.get(name) ?? 0).split("\n")) if (id !== "") ids.add(id);
        read.set(name, text.length);
      }
      return [...ids];
    },
    close: async () => {
      for (const line of lines) line.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Has a program forget what it has written; settles when it has, or has ended. */
function beginAnew(line: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => line.destroy(), ANSWER_MS);
    const settle = () => {
      clearTimeout(timer);
      line.off("data", settle).off("close", settle);
      resolve();
    };
    line.once("data", settle).once("close", settle);
    line.write("?");
  });
}
