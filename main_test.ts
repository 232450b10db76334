import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { reportSchema } from "./reports/check/json.ts";
import { VERSION } from "./suites/record/version.ts";
import { plumbline, start, withFolder } from "./suites/cli/testing.ts";

const ONE = ["--scenario", "auth/private/signed-for-another-socket"];

/** A scenario that fails on any right server: it waits for an event that nobody publishes. */
const FAILING = `
version: 1
suite: auth
scenarios:
  - id: auth/test/never-comes
    title: An event that nobody publishes
    deadline: 2s
    clients: { ana: {} }
    steps:
      - ana: connects
      - ana: { subscribes: orders }
      - ana: { receives: OrderShipped, checks: P-080 }
`;
const SHOULD = FAILING.replace("P-080", "P-084");

async function checkFile(text: string, ...args: string[]) {
  return await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "scenario.yaml"), text);
    return await plumbline([
      "check",
      "--scenario",
      join(folder, "scenario.yaml"),
      "--out",
      folder,
      ...args,
    ]);
  });
}

describe("the exit code of check is", () => {
  it("0 when all is well, and the reports are there", async () => {
    await withFolder(async (out) => {
      const { code } = await plumbline([
        "check",
        ...ONE,
        "--out",
        out,
        "--junit",
        join(out, "junit.xml"),
        "--markdown",
        join(out, "summary.md"),
      ]);
      assertEquals(code, 0);
      const names = [...Deno.readDirSync(out)].map(({ name }) => name).sort();
      assertEquals(names, [
        "junit.xml",
        "record.jsonl",
        "report.html",
        "report.json",
        "summary.md",
      ]);
      const report = reportSchema.parse(
        JSON.parse(await Deno.readTextFile(join(out, "report.json"))),
      );
      assertEquals(report.cases.map(({ id, verdict }) => [id, verdict]), [
        [ONE.at(-1), "pass"],
        ["run/server-stays-up", "pass"],
      ]);
    });
  });

  it("1 when a must fails, naming the requirement and what came instead", async () => {
    const { code, err } = await checkFile(FAILING);
    assertEquals(code, 1);
    assertStringIncludes(err, "P-080");
    assertStringIncludes(err, "expected OrderShipped");
  });

  it("0 when a should fails, unless shoulds count", async () => {
    assertEquals((await checkFile(SHOULD)).code, 0);
    assertEquals((await checkFile(SHOULD, "--fail-on", "should")).code, 1);
  });

  it("0 when the failure was expected, 4 when it passes", async () => {
    const expecting = (scenario: string, requirement: string) =>
      `version: 1\nexpected:\n  - { scenario: ${scenario}, requirement: ${requirement}, reason: a test }\n`;
    await withFolder(async (folder) => {
      const expected = join(folder, "expected.yaml");
      await Deno.writeTextFile(expected, expecting("auth/test/never-comes", "P-080"));
      assertEquals((await checkFile(FAILING, "--expected", expected)).code, 0);
      await Deno.writeTextFile(
        expected,
        expecting("auth/private/signed-for-another-socket", "P-099"),
      );
      const { code, err } = await plumbline([
        "check",
        ...ONE,
        "--out",
        folder,
        "--expected",
        expected,
      ]);
      assertEquals(code, 4);
      assertStringIncludes(err, "Stale");
    });
  });

  for (
    const [mistake, args, words] of [
      ["an unknown option", ["--targt", "soketi"], "--target"],
      ["an unknown scenario", ["--scenario", "auth/nothing/here"], "no scenario matches"],
      ["an unknown target", ["--target", "nosuch"], 'there is no target "nosuch"'],
      ["a depth that is none", ["--depth", "deep"], "quick, full"],
    ] as const
  ) {
    it(`2 for ${mistake}`, async () => {
      const { code, err } = await plumbline(["check", ...args]);
      assertEquals(code, 2);
      assertStringIncludes(err, words);
      assertNotMatch(err, /\n\s+at /, "no stack trace");
    });
  }

  it("2 for a bad scenario file, with file, line and column", async () => {
    const { code, err } = await checkFile(FAILING.replace("receives:", "recieves:"));
    assertEquals(code, 2);
    assertStringIncludes(
      err,
      'scenario.yaml:12:14: ana: "recieves" is not a verb of a client. Did you mean "receives"?',
    );
  });

  it("3 when nothing answers, and the record says why", async () => {
    await withFolder(async (out) => {
      const { code, err } = await plumbline(["check", "--target", "reverb", ...ONE, "--out", out], {
        REVERB_PORT: "1",
      });
      assertEquals(code, 3);
      assertStringIncludes(err, "Nothing listens at http://127.0.0.1:1");
      assertStringIncludes(await Deno.readTextFile(join(out, "record.jsonl")), '"complete":false');
    });
  });

  it("130 when interrupted, and the reports are there, marked incomplete", async () => {
    await withFolder(async (out) => {
      const child = start(["check", "--suite", "api", "--out", out]);
      const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
      await reader.read(); // the first line: it has begun
      child.kill("SIGINT");
      reader.releaseLock();
      const [{ code }] = await Promise.all([child.status, child.stdout.cancel()]);
      assertEquals(code, 130);
      const report = JSON.parse(await Deno.readTextFile(join(out, "report.json")));
      assertEquals(report.run.complete, false);
    });
  });
});

describe("secrets", () => {
  it("appear in no record, report or message", async () => {
    const secret = 'canary-"secret"/ü+%';
    await withFolder(async (out) => {
      const env = { REFERENCE_APP_SECRET: secret };
      const files = ["--junit", join(out, "junit.xml"), "--markdown", join(out, "summary.md")];
      const { code, out: stdout, err } = await plumbline([
        "check",
        "--suite",
        "auth",
        "--out",
        out,
        ...files,
      ], env);
      assertEquals(code, 0);
      const forms = [
        secret,
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret),
        "canary-",
      ];
      for (const { name } of Deno.readDirSync(out)) {
        const text = await Deno.readTextFile(join(out, name));
        for (const form of forms) assert(!text.includes(form), `${name} holds the secret`);
      }
      for (const form of forms) assert(!(stdout + err).includes(form));
    });
  });
});

describe("the other commands", () => {
  it("--version prints the version", async () => {
    assertEquals(await plumbline(["--version"]), { code: 0, out: `${VERSION}\n`, err: "" });
  });

  it("list what judges a requirement", async () => {
    const { code, out } = await plumbline(["scenarios", "--requirement", "P-099"]);
    assertEquals(code, 0);
    assertStringIncludes(out, "auth/private/signed-for-another-socket");
  });

  for (const what of ["scenarios", "load", "target", "expected", "report", "load-report"]) {
    it(`print the JSON Schema of ${what}`, async () => {
      const { code, out } = await plumbline(["schema", what]);
      assertEquals(code, 0);
      assertEquals(JSON.parse(out).type, "object");
    });
  }

  it("say what is wrong with a record", async () => {
    const { code, err } = await plumbline(["report", "no-such-record.jsonl"]);
    assertEquals(code, 2);
    assertStringIncludes(err, "cannot be read");
  });

  for (const command of ["check", "init", "doctor", "scenarios", "report", "schema", "serve"]) {
    it(`explain themselves: ${command} --help`, async () => {
      const { code, out } = await plumbline([command, "--help"]);
      assertEquals(code, 0);
      assertStringIncludes(out, "Examples:");
    });
  }
});
