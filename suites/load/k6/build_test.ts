import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root, withFolder } from "../../cli/testing.ts";

/** Runs k6:build with nothing on the PATH but a `go` that says this, or none. */
async function build(folder: string, says?: string): Promise<{ code: number; error: string }> {
  if (says !== undefined) {
    await Deno.writeTextFile(join(folder, "go"), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
  }
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "suites/load/k6/build.ts"],
    cwd: root,
    env: { PATH: folder },
  }).output();
  return { code, error: new TextDecoder().decode(stderr) };
}

describe("k6:build says what to do where it cannot build", () => {
  it("without Go", async () => {
    const { code, error } = await withFolder((folder) => build(folder));
    assertStringIncludes(error, "There is no Go here, and k6 is built with it: install Go from");
    assertEquals(code, 2);
  });

  it("with a Go that is too old", async () => {
    const { code, error } = await withFolder((folder) =>
      build(folder, "go version go1.19.8 linux/amd64")
    );
    assertStringIncludes(error, "This Go will not do (go version go1.19.8 linux/amd64)");
    assertStringIncludes(error, "wants go 1.25.0 or newer; install Go from");
    assertEquals(code, 2);
  });
});
