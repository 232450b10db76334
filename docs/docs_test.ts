import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root, withFolder } from "../suites/cli/testing.ts";
import { readLoadScenario } from "../suites/load/scenario.ts";
import { parseScenarios } from "../suites/language/parse.ts";
import { readSource } from "../suites/language/source.ts";
import { VOCABULARY } from "../suites/cli/vocabulary.ts";
import { sampleLoad } from "../reports/testing/load_sample.ts";
import { EXIT } from "../suites/record/exit_code.ts";
import { readExpected } from "../suites/engine/expected.ts";
import { readApplication } from "../suites/applications/file.ts";
import { readTarget } from "../targets/file.ts";
import { startServer } from "../targets/start.ts";
import { loadTarget } from "../targets/file.ts";

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const pages = [
  "README.md",
  ...[...Deno.readDirSync(join(root, "docs"))].map(({ name }) => `docs/${name}`),
].filter((page) => page.endsWith(".md"));
const blocks = pages.flatMap((page): Block[] =>
  [...Deno.readTextFileSync(join(root, page)).matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map((
    [, language = "", text = ""],
  ) => ({ page, language, text }))
);

/** Commands that another gate runs as they stand, and that would run this test again. */
const RUN_ELSEWHERE = [
  "task test",
  "task check",
  "task check --target soketi --start",
  "task load",
];

/** A proof of everything or of a suite takes minutes; `.ci/run` has one. */
const isLongProof = (line: string) => /task prove( --suite \S+)?$/.test(line);

/** What needs Go is run by `suites/load/k6/docs_test.go`. */
const RUN_BY_GO = "docs/load-k6.md";

describe("every command of the documentation runs", () => {
  for (
    const { page, text } of blocks.filter(({ language, page }) =>
      language === "sh" && page !== RUN_BY_GO
    )
  ) {
    const commands = text.split("\n").filter((line) =>
      line !== "" && !isLongProof(line) && !RUN_ELSEWHERE.some((known) => line.endsWith(known))
    );
    if (commands.length === 0) continue;
    it(`${page}: ${commands.at(-1)}`, async () => {
      await withFolder(async (folder) => {
        // What speaks of a Reverb that is running speaks to the reference server here.
        const target = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
        const server = commands.some((line) => line.includes("REVERB_PORT"))
          ? await startServer(target, "http://127.0.0.1:9/nobody")
          : undefined;
        const script = commands.join("\n")
          .replaceAll("npx --yes deno@2.9.6", `"${Deno.execPath()}"`)
          .replaceAll("REVERB_PORT=8080", `REVERB_PORT=${server?.endpoints.api.port}`)
          .replaceAll("reports/out", folder)
          // One suite shows that the command works; `.ci/run` runs them all.
          .replace(/task check --target reverb$/gm, "$& --suite auth")
          .replace(/(task (?:check|prove|load|capacity)[^|\n]*)/g, `$1 --out ${folder} `)
          // The machine may be busy with other tests.
          .replace(/(task (?:load|capacity).*)$/gm, "$1 --allow-generator-bound");
        if (script.includes(`report ${folder}`)) {
          await Deno.writeTextFile(join(folder, "record.jsonl"), await aRecord());
          for (const run of ["before", "load"]) await leaveLoadReport(join(folder, run));
        }
        const { code, stderr } = await new Deno.Command("sh", {
          args: ["-ec", script],
          cwd: root,
          stdin: "null",
          stdout: "null",
          stderr: "piped",
        }).output();
        await server?.stop();
        // Whether this machine meets a latency is nothing that the documentation says.
        const ran = code === EXIT.objective && script.includes("task load") ? EXIT.ok : code;
        assertEquals(ran, EXIT.ok, new TextDecoder().decode(stderr).slice(-2000));
      });
    });
  }
});

async function leaveLoadReport(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "report.json"), JSON.stringify(sampleLoad()));
}

async function aRecord(): Promise<string> {
  const { sampleLines } = await import("../reports/testing/sample.ts");
  return sampleLines().join("\n");
}

describe("every example of the documentation is right", () => {
  // suites/cli/npm/ci_test.ts runs the workflow and the pipeline.
  const forCi = /^ +(runs-on|script):/m;
  for (
    const { page, text } of blocks.filter(({ language, text }) =>
      language === "yaml" && !forCi.test(text)
    )
  ) {
    const [first = ""] = text.split("\n");
    it(`${page}: ${first}`, () => {
      const source = readSource(page, text);
      if (text.includes("phases:")) assertEquals(readLoadScenario(source).name, "my-shop");
      else if (text.includes("scenarios:")) assert(parseScenarios(source, VOCABULARY).length > 0);
      else if (text.includes("operations:")) {
        assertEquals(readApplication(source, () => undefined).name, "my-auction");
      } else if (text.includes("expected:")) assert(readExpected(source).length > 0);
      else {assertEquals(
          readTarget(source, {
            started: false,
            environment: () => undefined,
          }).name,
          "mine",
        );}
    });
  }

  it("docs/first.example.yaml is the one that docs/scenarios.md writes first", async () => {
    const page = await Deno.readTextFile(join(root, "docs/scenarios.md"));
    const [, written] = /<<'END'\n([\s\S]*?)END\n/.exec(page) ?? [];
    assertEquals(await Deno.readTextFile(join(root, "docs/first.example.yaml")), written);
  });

  it("docs/scenario.example.yaml is the one that docs/scenarios.md shows", async () => {
    const shown = blocks.find(({ page, language }) =>
      page === "docs/scenarios.md" && language === "yaml"
    )?.text;
    assertEquals(await Deno.readTextFile(join(root, "docs/scenario.example.yaml")), shown);
  });
});
