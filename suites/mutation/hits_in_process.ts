/**
 * Loaded by every thread of an instrumented program: where `PLUMBLINE_HITS` names a folder, each
 * mutant is written to a file there when it is executed, once until the next scenario begins. It is
 * written at once, so that nothing is lost when the process is killed.
 */
import net from "node:net";

/** The name Stryker's instrumenter gives its own part of `globalThis`. */
declare global {
  var __stryker__: { mutantCoverage?: unknown } | undefined;
}

const folder = Deno.env.get("PLUMBLINE_HITS");
if (folder !== undefined) record(folder, Number(Deno.env.get("PLUMBLINE_HITS_PORT")));

function record(folder: string, port: number): void {
  const file = Deno.openSync(`${folder}/${crypto.randomUUID()}`, { create: true, append: true });
  const encoder = new TextEncoder();
  const seen = new Set<string | symbol>();
  const counts = new Proxy({}, {
    get: () => 0,
    set: (_, id) => {
      if (!seen.has(id)) {
        seen.add(id);
        file.writeSync(encoder.encode(`${String(id)}\n`));
      }
      return true;
    },
  });
  globalThis.__stryker__ = { mutantCoverage: { static: counts, perTest: {} } };
  // Whatever is said on this line means that another scenario begins.
  const line = net.connect({ host: "127.0.0.1", port });
  line.on("data", () => {
    seen.clear();
    line.write("!");
  });
  line.on("error", () => line.destroy());
  line.unref();
}
