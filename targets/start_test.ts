import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "@std/path";
import { withFolder } from "../suites/cli/testing.ts";
import { readSource } from "../suites/language/source.ts";
import { readTarget } from "./file.ts";
import { freePort, install, startProgram } from "./start.ts";

/** Listens, says nothing, and does not end when it is asked to. */
const DEAF = `
  Deno.addSignalListener("SIGTERM", () => {});
  Deno.listen({ port: Number(Deno.args[0]) });
  await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

describe("a program that was started", () => {
  it("is killed when it does not end on SIGTERM", async () => {
    const program = await startProgram(
      "a deaf program",
      {
        command: ["$deno", "eval", DEAF, "$port"],
        files: {},
        environment: {},
        readyMs: 20_000,
        stop: "SIGTERM",
      },
      freePort(),
      () => undefined,
    );
    await program.stop("SIGTERM", 50);
    assertEquals((await program.ended).signal, "SIGKILL");
  });
});

const TARGET = `
name: mine
title: Mine
websocket: { scheme: http, host: 127.0.0.1, port: 1 }
api: { scheme: http, host: 127.0.0.1, port: 1 }
apps: { main: { id: a, key: b, secret: c } }
start:
  command: ["true"]
  install: `;

describe("what a target needs", () => {
  it("is installed once, by the first of two runs, whatever way leads to the folder", async () => {
    await withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "cache"));
      await Deno.symlink(join(folder, "cache"), join(folder, "link"));
      const times = join(folder, "times");
      const target = (at: string) => {
        const made = join(folder, at, "made");
        // The second run comes while the first installs.
        const script = `echo once >> "${times}" && sleep 0.3 && touch "${made}"`;
        const install = { unless: made, run: [["sh", "-ec", script]] };
        return readTarget(readSource("target.yaml", `${TARGET}${JSON.stringify(install)}`), {
          started: true,
        });
      };
      await Promise.all([install(target("cache")), install(target("link"))]);
      assertEquals(await Deno.readTextFile(times), "once\n");
    });
  });
});
