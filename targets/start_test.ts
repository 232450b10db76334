import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "@std/path";
import { withFolder } from "../suites/cli/testing.ts";
import { readSource } from "../suites/language/source.ts";
import { readTarget } from "./file.ts";
import { install } from "./install.ts";
import { CannotStart, freePort, startProgram } from "./start.ts";

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

/** Prints its environment as JSON, then listens. */
const TALKATIVE = `
  console.log("<" + JSON.stringify(Deno.env.toObject()) + ">");
  Deno.listen({ port: Number(Deno.args[0]) });
  await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

describe("the environment of a program that was started", () => {
  it("is what its file names and what any program needs, without the secrets of who started it", async () => {
    const secret = crypto.randomUUID();
    const planted = ["PLANTED_TOKEN", "MINE_APP_SECRET", "AWS_SECRET_ACCESS_KEY", "PATH_TO_SECRET"];
    for (const name of planted) Deno.env.set(name, secret);
    try {
      const program = await startProgram(
        "a talkative program",
        {
          command: ["$deno", "eval", TALKATIVE, "$port"],
          files: {},
          environment: { NAMED: "$port" },
          readyMs: 20_000,
          stop: "SIGKILL",
        },
        freePort(),
        () => undefined,
      );
      await program.stop();
      const output = program.output();
      assert(!output.includes(secret), output);
      const said = JSON.parse(/<(.*)>/.exec(output)?.[1] ?? "{}");
      assertEquals(said.PATH, Deno.env.get("PATH"));
      assertEquals(said.HOME, Deno.env.get("HOME"));
      assert(Number(said.NAMED) > 0, output);
    } finally {
      for (const name of planted) Deno.env.delete(name);
    }
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

/** A target that is installed once `made` is there, by a script for sh. */
const targetInstalledBy = (made: string, script: string) =>
  readTarget(
    readSource(
      "target.yaml",
      TARGET + JSON.stringify({ unless: made, run: [["sh", "-ec", script]] }),
    ),
    { started: true },
  );

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

describe("what a target needs", () => {
  it("is installed once, by the first of two runs, whatever way leads to the folder", async () => {
    await withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "cache"));
      await Deno.symlink(join(folder, "cache"), join(folder, "link"));
      const times = join(folder, "times");
      const target = (at: string) => {
        const made = join(folder, at, "made");
        // The second run comes while the first installs.
        return targetInstalledBy(made, `echo once >> "${times}" && sleep 0.3 && touch "${made}"`);
      };
      await Promise.all([install(target("cache")), install(target("link"))]);
      assertEquals(await Deno.readTextFile(times), "once\n");
    });
  });

  it("is waited for while another run still makes the rest of it", async () => {
    await withFolder(async (folder) => {
      const [made, rest] = [join(folder, "made"), join(folder, "rest")];
      const target = targetInstalledBy(made, `touch "${made}" && sleep 0.3 && touch "${rest}"`);
      const first = install(target);
      while (!await exists(made)) await new Promise((resolve) => setTimeout(resolve, 5));
      await install(target);
      assert(await exists(rest));
      await first;
    });
  });

  it("is installed again where that was interrupted or failed", async () => {
    await withFolder(async (folder) => {
      const [made, once] = [join(folder, "made"), join(folder, "once")];
      const script =
        `touch "${made}"; [ -e "${once}" ] || { touch "${once}"; exit 1; }; rm "${once}"`;
      const target = targetInstalledBy(made, script);
      await assertRejects(() => install(target), CannotStart);
      await install(target);
      assertEquals(await exists(once), false);
    });
  });
});
