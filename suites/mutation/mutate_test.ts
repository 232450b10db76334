import { assert, assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { join } from "@std/path";
import { loadApplication } from "../applications/file.ts";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { loadScenarios } from "../cli/load_scenarios.ts";
import { MUTATED } from "../cli/mutate_subject.ts";
import { root } from "../cli/testing.ts";
import type { Scenario } from "../engine/scenario.ts";
import { loadTarget } from "../../targets/file.ts";
import type { Coverage } from "./coverage.ts";
import { type Copy, instrument } from "./instrument.ts";
import { type Configuration, mutate } from "./mutate.ts";
import type { Subject } from "./subject.ts";
import type { Finding } from "./table.ts";

describe("a mutant of the reference server", () => {
  let copy: Copy;
  let subject: Subject;
  let all: readonly Scenario[];
  beforeAll(async () => {
    const folder = await Deno.makeTempDir({ dir: root, prefix: ".mutants-" });
    const [catalogue, target, application, scenarios] = await Promise.all([
      loadCatalogue(root),
      loadTarget(join(root, "targets", "reference.yaml"), { started: true }),
      loadApplication(join(root, "targets", "applications", "reference.yaml")),
      loadScenarios(join(root, "scenarios")),
    ]);
    const requirement = (id: string) => {
      const found = catalogue.find(id);
      assert(found);
      return found;
    };
    subject = { target, application, requirement };
    all = scenarios;
    copy = await instrument(root, MUTATED, folder);
  });
  afterAll(() => Deno.remove(copy.folder, { recursive: true }));

  /** Tries the mutant of `file` that turns one text into another, with these scenarios alone. */
  async function tried(
    file: string,
    original: string,
    replacement: string,
    ids: readonly string[],
    before: readonly Finding[] = [],
  ) {
    const mutant = copy.mutants.find((one) =>
      one.file.endsWith(file) && one.original === original && one.replacement === replacement
    );
    assert(mutant, `${file} has a mutant ${original} → ${replacement}`);
    const scenarios = all.filter(({ id }) => ids.includes(id));
    assertEquals(scenarios.length, ids.length);
    const covered = { hash: "", mutants: [mutant.id], durationMs: 0 };
    const coverage: Coverage = {
      atStart: [],
      withApplication: [],
      of: Object.fromEntries(ids.map((id) => [id, covered])),
    };
    let asked = 0;
    const configuration: Configuration = {
      name: "default",
      subject,
      scenarios,
      coverage: () => {
        asked++;
        return Promise.resolve(coverage);
      },
    };
    const { findings, unfit } = await mutate({
      copy,
      configurations: [configuration],
      mutants: [mutant],
      before,
      lanes: 1,
      signal: new AbortController().signal,
      onFound: () => {},
    });
    assertEquals(unfit, []);
    const [finding] = findings;
    assert(finding);
    return { finding, asked };
  }
  const UNCHECKED = ["authenticateBody(query, body);", ";"] as const;

  it("is noticed by the requirement that it breaks", async () => {
    const { finding: { status, requirement, scenario } } = await tried(
      "api/handle.ts",
      ...UNCHECKED,
      ["api/channels/none", "api/doors/another-body/users"],
    );
    assertEquals({ status, requirement, scenario }, {
      status: "noticed",
      requirement: "P-222",
      scenario: "api/doors/another-body/users",
    });
  });

  it("survives where nobody asks about it", async () => {
    const { finding } = await tried("api/handle.ts", ...UNCHECKED, ["api/channels/none"]);
    assertEquals(finding.status, "survived");
  });

  it("is uncovered where nothing executes it", async () => {
    const { finding } = await tried("api/handle.ts", ...UNCHECKED, []);
    assertEquals(finding.status, "uncovered");
  });

  it("is first asked by who noticed it before, and its coverage is not measured then", async () => {
    const ids = ["api/doors/another-body/users"];
    const { finding } = await tried("api/handle.ts", ...UNCHECKED, ids);
    const { finding: again, asked } = await tried("api/handle.ts", ...UNCHECKED, ids, [finding]);
    assertEquals([again.status, asked], ["noticed", 0]);
  });

  it("is a crash where it is only known to have died", async () => {
    const { finding: { status, requirement } } = await tried(
      "server/messages.ts",
      '!isObject(data) || typeof data["channel"] !== "string"',
      '!isObject(data) && typeof data["channel"] !== "string"',
      ["robustness/unsubscribe/data-is-missing"],
    );
    assertEquals({ status, requirement }, { status: "crash", requirement: "P-032" });
  });

  it("is invalid where it does not start", async () => {
    const { finding } = await tried(
      "server/config.ts",
      "{\n    parsed = JSON.parse(contents(path, readFile));\n  }",
      "{}",
      ["api/channels/none"],
    );
    assertEquals(finding.status, "invalid");
  });

  it("is invalid where the application does not start", async () => {
    const { finding } = await tried(
      "app/database.ts",
      'url.startsWith("sqlite:")',
      'url.endsWith("sqlite:")',
      ["application/access/login/staff"],
    );
    assertEquals(finding.status, "invalid");
  });
});
