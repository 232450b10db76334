import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { EXIT } from "../../record/exit_code.ts";
import { root } from "../testing.ts";
import { pack, runIn, shareInstalled } from "./testing/package.ts";

const ONE = "auth/private/signed-for-another-socket";

/** Prints what a check comes to, and what it says of one that cannot be made. */
const PROGRAM = `
import { check } from "plumbline";
const { exitCode, report } = await check({ scenarios: ["${ONE}"] });
const failed = await check({ scenarios: ["nothing/here"] }).catch((error) => error);
console.log(JSON.stringify({
  exitCode,
  cases: report.cases.map(({ id, verdict }) => [id, verdict]),
  failed: [failed.name, failed.exitCode, failed.message],
}));
`;

describe("the npm package", () => {
  let folder: string;
  let packed: string;
  beforeAll(async () => {
    folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
    packed = await pack(folder);
  });
  afterAll(() => Deno.remove(folder, { recursive: true }));

  it("checks a server that it installs and starts, in a folder that holds nothing", async () => {
    const empty = join(folder, "empty");
    await Deno.mkdir(empty);
    // What was installed once is not installed again for this test.
    await shareInstalled(empty);
    const npx = ["npx", "--yes", `../${packed}`];
    const { code, err } = await runIn(empty, [
      ...npx,
      "check",
      "--target",
      "soketi",
      "--start",
      "--scenario",
      ONE,
    ]);
    assertEquals(code, 0, err);
    assertStringIncludes(err, "soketi: 1 scenarios");
    assertStringIncludes(err, "reports/out/report.html");
    assertEquals((await Deno.stat(join(empty, "reports/out/report.html"))).isFile, true);
  });

  it("is a library for Node, whose check returns the report", async () => {
    const project = join(folder, "project");
    await Deno.mkdir(project);
    await Deno.writeTextFile(join(project, "package.json"), '{ "type": "module" }');
    await Deno.writeTextFile(join(project, "check.mjs"), PROGRAM);
    const installed = await runIn(project, ["npm", "install", `../${packed}`]);
    assertEquals(installed.code, 0, installed.err);
    const { code, out, err } = await runIn(project, ["node", "check.mjs"]);
    assertEquals(code, 0, err);
    const { exitCode, cases, failed } = JSON.parse(out);
    assertEquals(exitCode, 0);
    assertEquals(cases, [[ONE, "pass"], ["run/server-stays-up", "pass"]]);
    assertEquals(failed, [
      "CheckFailed",
      2,
      'no scenario matches "nothing/here". `plumbline scenarios` lists them all [PLB_UNKNOWN_NAME]',
    ]);
    const left = [...Deno.readDirSync(project)].map(({ name }) => name).sort();
    assertEquals(left, ["check.mjs", "node_modules", "package-lock.json", "package.json"]);
  });

  it("is a library as the documentation shows it, with a test for each case", async () => {
    const page = await Deno.readTextFile(join(root, "docs/package.md"));
    const [, example = ""] = /^```js\n([\s\S]*?)^```/m.exec(page) ?? [];
    // The reference server, and one scenario.
    const program = example.replace(/check\(\{.*\}\)/, `check({ scenarios: ["${ONE}"] })`);
    assertStringIncludes(program, ONE);
    const project = join(folder, "project");
    await Deno.writeTextFile(join(project, "example.mjs"), program);
    const { code, out } = await runIn(project, ["node", "example.mjs"]);
    assertEquals(code, 0, out);
    assertMatch(out, /^. pass 2$/m);
    await Deno.remove(join(project, "example.mjs"));
  });

  it("passes an interrupt on, and leaves the reports of what was seen", async () => {
    const project = join(folder, "project");
    const child = new Deno.Command("node", {
      args: ["node_modules/plumbline/suites/cli/npm/bin.mjs", "check", "--suite", "api"],
      cwd: project,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const reader = child.stderr.getReader();
    await reader.read(); // the first line: it has begun
    child.kill("SIGTERM");
    reader.releaseLock();
    assertEquals((await child.output()).code, EXIT.interrupted);
    const report = await Deno.readTextFile(join(project, "reports/out/report.json"));
    assertEquals(JSON.parse(report).run.complete, false);
  });

  it("says in one line that npm has installed no Deno", async () => {
    const alone = join(folder, "alone");
    await Deno.mkdir(alone);
    await runIn(folder, ["tar", "xzf", packed, "-C", alone]);
    const bin = "package/suites/cli/npm/bin.mjs";
    const { code, err } = await runIn(alone, ["node", bin, "--version"]);
    assertEquals(code, EXIT.incomplete);
    assertStringIncludes(err, "npm has installed no Deno beside Plumbline");
    assertEquals(err.trimEnd().split("\n").length, 1);
  });

  it("holds every module that the command line may import, and no test", async () => {
    const unpacked = join(folder, "unpacked");
    await Deno.mkdir(unpacked);
    await runIn(folder, ["tar", "xzf", packed, "-C", unpacked]);
    const main = join(unpacked, "package", "main.ts");
    const { out } = await runIn(folder, [Deno.execPath(), "info", "--json", main]);
    const modules: { specifier: string; error?: string }[] = JSON.parse(out).modules;
    assertEquals(modules.filter(({ error }) => error !== undefined), []);
    const { out: list } = await runIn(folder, ["tar", "tzf", packed]);
    assertEquals(
      list.split("\n").filter((name) => /_test\.|\/testing\/|reports\/out/.test(name)),
      [],
    );
  });
});

describe("the version", () => {
  it("is the same in deno.json, package.json and at the head of the changelog", async () => {
    const read = (name: string) => Deno.readTextFile(join(root, name));
    const { version } = JSON.parse(await read("deno.json"));
    assertEquals(JSON.parse(await read("package.json")).version, version);
    assertEquals(/^## (\S+)$/m.exec(await read("CHANGELOG.md"))?.[1], version);
  });

  it("of Deno is the one that the documentation names", async () => {
    const { optionalDependencies } = JSON.parse(
      await Deno.readTextFile(join(root, "package.json")),
    );
    const readme = await Deno.readTextFile(join(root, "README.md"));
    assertEquals(
      new Set([...readme.matchAll(/deno@(\S+)/g)].map(([, version]) => version)),
      new Set([optionalDependencies.deno]),
    );
  });
});
