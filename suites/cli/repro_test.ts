import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../targets/file.ts";
import { loadApplication } from "../applications/file.ts";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { explore, type Failure } from "../explore/explore.ts";
import { BREAKS } from "../faults/breaks.ts";
import { type Ground, openGround } from "../proof/fixture.ts";
import { saveFound } from "./found.ts";
import { plumbline, root, withFolder } from "./testing.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** What can run the file here. */
const RUNTIMES = [[Deno.execPath(), "run", "--quiet", "-A"], ["node"]].filter(([name = ""]) => {
  try {
    return new Deno.Command(name, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
});

async function runFile(
  [command = "", ...args]: readonly string[],
  file: string,
  server: string,
): Promise<{ code: number; out: string }> {
  const { code, stdout } = await new Deno.Command(command, {
    args: [...args, file],
    env: { SERVER: server, NO_COLOR: "1" },
  }).output();
  return { code, out: new TextDecoder().decode(stdout) };
}

describe("repro: a failure as one file that needs nothing of this project", () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround(
      await loadTarget(join(root, "targets", "reference.yaml"), { started: true }),
      await loadApplication(join(root, "targets", "applications", "reference.yaml")),
    );
  });
  afterAll(() => ground.fixture.close());

  const breakWith = (...names: readonly string[]) =>
    ground.breakWith(BREAKS.filter(({ name }) => names.includes(name)));

  async function firstFailure(): Promise<Failure> {
    const { open } = ground.fixture;
    const enough = new AbortController();
    let failure: Failure | undefined;
    await explore({
      laboratory: {
        target: open,
        vocabulary: VOCABULARY,
        apps: Object.values(open.apps),
        run: "rpro",
        trials: { next: 0 },
      },
      apps: [{ main: "main", other: "second", sendsWebhooks: false }],
      seed: 1,
      forMs: 60_000,
      signal: enough.signal,
      onProgress: () => {},
      onFailure: (one) => {
        failure ??= one;
        enough.abort();
      },
    });
    assert(failure, "a failure is found");
    return failure;
  }

  it("shows the fault where it is, and shows that it is gone where it is not", async () => {
    await breakWith("client-events-echoed");
    const failure = await firstFailure();
    await withFolder(async (folder) => {
      const { target, open } = ground.fixture;
      const { requirements } = await loadCatalogue(root);
      const found = saveFound(failure, 1, folder, { target, start: true, seed: 1, requirements });
      const { code, out, err } = await plumbline(["repro", found, "--out", folder]);
      assertEquals(code, 0, err);
      const [file = "", text = ""] = out.trim().split("\n");

      const source = await Deno.readTextFile(file);
      const imports = [...source.matchAll(/^import .* from "(.*)";$/gm)].map(([, name]) => name);
      assertEquals(imports, ["node:crypto", "node:http", "node:net", "node:tls"]);
      const markdown = await Deno.readTextFile(text);
      const requirement = requirements.find(({ id }) => id === failure.finding.requirement);
      assertStringIncludes(markdown, `> ${requirement?.statement}`);
      assertStringIncludes(markdown, String(requirement?.url));

      for (const runtime of RUNTIMES) {
        const broken = await runFile(runtime, file, open.apiUrl);
        assertStringIncludes(broken.out, `Reproduced: ${failure.finding.requirement}`);
        assertStringIncludes(broken.out, "** ");
        assertEquals(broken.code, 1, runtime[0]);
      }
      await breakWith();
      for (const runtime of RUNTIMES) {
        const right = await runFile(runtime, file, open.apiUrl);
        assertStringIncludes(right.out, "Not reproduced");
        assertEquals(right.code, 0, runtime[0]);
      }
    });
  });

  it("says which scenarios failed, where another is asked for", async () => {
    await withFolder(async (folder) => {
      const { sampleLines } = await import("../../reports/testing/sample.ts");
      const record = join(folder, "record.jsonl");
      await Deno.writeTextFile(record, sampleLines().join("\n"));
      const { code, err } = await plumbline(["repro", "auth/private/nothing", "--from", record]);
      assertEquals(code, 2);
      assertStringIncludes(err, 'has no scenario "auth/private/nothing"');
    });
  });
});
