/**
 * An import goes down: from a layer to one below it, never up and never across. Types count, tests
 * and what only tests use do not. `targets/reference/` has a rule of its own (independence_test.ts).
 */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { describe, it } from "@std/testing/bdd";

/** From the bottom; what stands on one line may not import each other. */
const LAYERS = [
  // Awkward values, for scenarios and histories alike; and the version.
  ["scenarios/corpus.json", "deno.json"],
  ["suites/wire"],
  ["suites/record"],
  ["suites/catalogue"],
  ["suites/language"],
  ["targets"],
  ["suites/faults", "suites/resources"],
  ["suites/client"],
  ["suites/model"],
  ["suites/engine"],
  ["suites/applications", "suites/pages"],
  ["suites/expect"],
  ["suites/steps"],
  ["suites/workloads"],
  ["suites/proof", "suites/load", "suites/explore", "suites/mutation"],
  ["suites/capacity"],
  ["suites/cli"],
  ["main.ts"],
] as const;

/** Reports are made of what was recorded, and only the command line asks for them. */
const REPORTS_READ = ["suites/wire", "suites/record", "suites/catalogue"];
const REPORTS_ARE_READ_BY = ["suites/cli", "main.ts"];

const root = fromFileUrl(new URL("..", import.meta.url));

async function* sources(path: string): AsyncGenerator<{ path: string; text: string }> {
  if (path.endsWith(".ts")) {
    if (!path.endsWith("_test.ts") && !/\btesting(\/|\.ts$)/.test(path)) {
      yield { path, text: await Deno.readTextFile(join(root, path)) };
    }
    return;
  }
  for await (const { name, isDirectory } of Deno.readDir(join(root, path))) {
    if (isDirectory || name.endsWith(".ts")) yield* sources(join(path, name));
  }
}

/** Static, dynamic and type imports of a file that stay within the project, as paths from its folder. */
function imports({ path, text }: { path: string; text: string }): string[] {
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, to = ""]) =>
    join(path, "..", to)
  );
}

/** The part of the project that a path belongs to: a layer, `reports`, or `undefined`. */
function partOf(path: string): string | undefined {
  return [...LAYERS.flat(), "reports"].find((part) => path === part || path.startsWith(`${part}/`));
}

function heightOf(part: string): number {
  return LAYERS.findIndex((layer) => (layer as readonly string[]).includes(part));
}

/** Whether one part may import another. */
function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (from === "reports") return REPORTS_READ.includes(to);
  if (to === "reports") return REPORTS_ARE_READ_BY.includes(from);
  return heightOf(to) < heightOf(from);
}

describe("layers: an import goes down", () => {
  it("in main.ts, suites, reports and targets", async () => {
    const climbing: string[] = [];
    let read = 0;
    for (const folder of ["main.ts", "suites", "reports", "targets"]) {
      for await (const file of sources(folder)) {
        if (file.path.startsWith("targets/reference/")) continue;
        read++;
        const from = partOf(file.path);
        assert(from, `${file.path} belongs to no layer: add its folder to LAYERS`);
        for (const path of imports(file)) {
          const to = partOf(path);
          assert(to, `${file.path} imports ${path}, which belongs to no layer`);
          if (!mayImport(from, to)) climbing.push(`${file.path} → ${path}`);
        }
      }
    }
    assert(read > 300, `the project was read: ${read} files`);
    assertEquals(climbing, []);
  });

  it("tells up and across from down", () => {
    assert(mayImport("suites/engine", "suites/record"), "down");
    assert(!mayImport("suites/record", "suites/engine"), "up");
    assert(!mayImport("suites/applications", "suites/pages"), "across");
    assert(mayImport("reports", "suites/catalogue"), "reports read the record");
    assert(!mayImport("reports", "suites/load"), "reports read nothing else");
    assert(!mayImport("suites/load", "reports"), "nobody but the command line reads reports");
  });

  it("sees every way to write an import", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type { B } from "../b.ts";',
      'export { c } from "./c.ts";',
      'const { d } = await import("../../d.ts");',
      'import "./e.ts";',
      'let f: import("./f.ts").F;',
    ].join("\n");
    assertEquals(imports({ path: "suites/x/y.ts", text }), [
      "suites/x/a.ts",
      "suites/b.ts",
      "suites/x/c.ts",
      "d.ts",
      "suites/x/e.ts",
      "suites/x/f.ts",
    ]);
  });
});
