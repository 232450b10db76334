import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { describe, it } from "@std/testing/bdd";

const root = fromFileUrl(new URL("..", import.meta.url));

async function* sources(folder: string): AsyncGenerator<{ path: string; text: string }> {
  for await (const entry of Deno.readDir(join(root, folder))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* sources(path);
    else if (path.endsWith(".ts")) yield { path, text: await Deno.readTextFile(join(root, path)) };
  }
}

/** Relative imports of a file, as paths from the project's folder. */
function imports({ path, text }: { path: string; text: string }): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, to = ""]) =>
    join(path, "..", to)
  );
}

describe("two sources of truth: the harness shares no code with what it is tried on", () => {
  it("the server imports nothing of the harness", async () => {
    for await (const file of sources("targets/reference/server")) {
      const foreign = imports(file).filter((path) => !path.startsWith("targets/reference/server/"));
      assertEquals(foreign, [], file.path);
    }
  });

  it("the application imports nothing of the harness, but where it is tested", async () => {
    for await (const file of sources("targets/reference/app")) {
      if (file.path.endsWith("_test.ts") || file.path.includes("/testing/")) continue;
      const foreign = imports(file).filter((path) => !path.startsWith("targets/reference/app/"));
      assertEquals(foreign, [], file.path);
    }
  });

  it("the harness imports nothing of either; only the command line starts them", async () => {
    let read = 0;
    for (const folder of ["suites", "reports"]) {
      for await (const file of sources(folder)) {
        read++;
        const borrowed = imports(file).filter((path) => path.startsWith("targets/reference/"));
        if (!file.path.endsWith("_test.ts")) assertEquals(borrowed, [], file.path);
      }
    }
    assert(read > 50, "the harness has been read");
  });
});
