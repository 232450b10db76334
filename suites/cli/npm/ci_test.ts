/** The workflow and the pipeline of docs/ci.md, run as their runners would run them. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { parse } from "yaml";
import { loadTarget } from "../../../targets/file.ts";
import { install } from "../../../targets/install.ts";
import { freePort, type ServerProcess, startServer } from "../../../targets/start.ts";
import type { Target } from "../../../targets/target.ts";
import { BREAKS } from "../../faults/breaks.ts";
import { startProxy } from "../../faults/proxy.ts";
import { root } from "../testing.ts";
import { type Action, type Job, readAction, runAction } from "./testing/runner.ts";
import { pack, runIn, shareInstalled } from "./testing/package.ts";

/** What the documented gate runs here: soketi fails the first of them, and its baseline says so. */
const SCENARIOS = "protocol/handshake/unsupported-protocol/* protocol/heartbeat/pusher-ping";
const BASELINE = "soketi.expected.yaml";

const page = await Deno.readTextFile(join(root, "docs/ci.md"));
const documented = (having: RegExp) =>
  [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text)
    .filter((text) => having.test(text));

describe("the documentation of CI", () => {
  let folder: string;
  let place: { readonly action: string; readonly workspace: string };
  let packed: string;
  let action: Action;
  let target: Target;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
    packed = await pack(folder);
    await runIn(folder, ["tar", "xzf", packed]);
    place = { action: join(folder, "package"), workspace: join(folder, "workspace") };
    await Deno.mkdir(place.workspace);
    await shareInstalled(place.workspace);
    await Deno.copyFile(
      join(root, "targets/soketi/expected.yaml"),
      join(place.workspace, BASELINE),
    );
    action = await readAction(join(root, "action.yml"));
    target = await loadTarget(join(root, "targets/soketi.yaml"), { started: true });
    await install(target);
    server = await startServer(target, `http://127.0.0.1:${freePort()}`);
  });
  afterAll(async () => {
    await server?.stop("SIGKILL");
    await Deno.remove(folder, { recursive: true });
  });

  /** Runs the documented step on a soketi that this test has started, with these faults in it. */
  async function released(...breaks: readonly string[]): Promise<Job> {
    const [workflow = ""] = documented(/runs-on:/);
    const { jobs: { plumbline: { steps } } } = parse(workflow);
    const { start, ...inputs } = steps[1].with;
    assertEquals([start, inputs.expected], [true, BASELINE]);
    const proxy = await startProxy({
      upstream: server.endpoints,
      apps: Object.values(target.apps),
      breaks: BREAKS.filter(({ name }) => breaks.includes(name)),
    });
    try {
      const { host, port } = proxy;
      const at = { host, port: String(port), scenarios: SCENARIOS };
      return await runAction(action, { ...inputs, ...at }, place);
    } finally {
      await proxy.close();
    }
  }

  it("has a workflow that passes where soketi fails only what its baseline lists", async () => {
    const { success, log, summary, outputs, used } = await released();
    assert(success, log);
    assertEquals([outputs["exit-code"], outputs.new, outputs.fixed], ["0", "0", "0"]);
    assertEquals(JSON.parse(outputs.scores ?? "").conformance.of > 100, true);
    assertEquals(log.match(/^::(error|warning)/gm), null);
    assertMatch(summary, /^## soketi: Nothing failed/m);
    assertEquals(used.map(({ path }) => path), ["reports/out"]);
    const reports = join(place.workspace, "reports/out");
    const names = [...Deno.readDirSync(reports)].map(({ name }) => name);
    assert(["report.html", "junit.xml"].every((name) => names.includes(name)), `${names}`);
  });

  it("has a workflow that fails on one planted regression, with one annotation that names it", async () => {
    const { success, log, summary, outputs, used } = await released("pusher-ping-unanswered");
    assert(!success);
    assertEquals([outputs["exit-code"], outputs.new], ["1", "1"]);
    const annotations = log.split("\n").filter((line) => /^::(error|warning)/.test(line));
    assertEquals(annotations.length, 1);
    const place = `::error file=${BASELINE},title=P-038 in protocol/heartbeat/pusher-ping::`;
    assertStringIncludes(annotations[0] ?? "", place);
    assertMatch(summary, /^## soketi: New: 1 requirement failed/m);
    assertEquals(used.length, 1, "the reports are kept");
  });

  it("has a pipeline whose script passes and leaves the JUnit file that it names", async () => {
    const [pipeline = ""] = documented(/script:/);
    const { plumbline: { script, artifacts } } = parse(pipeline);
    assertEquals(script.length, 1);
    // That npx runs the package is package_test's; here it is installed already.
    const installed = `node "${join(place.action, "suites/cli/npm/bin.mjs")}"`;
    const command = script[0].replace(`npx --yes ./${basename(packed)}`, installed);
    assertStringIncludes(command, installed);
    const chosen = SCENARIOS.split(" ").map((id) => `--scenario '${id}'`).join(" ");
    const { code, err } = await runIn(place.workspace, ["sh", "-ec", `${command} ${chosen}`]);
    assertEquals(code, 0, err);
    const junit = await Deno.readTextFile(join(place.workspace, artifacts.reports.junit));
    assertMatch(junit, /failures="0" errors="0"/);
    assertMatch(junit, /<skipped message="P-005 \(expected\)/);
  });

  it("names this repository, this version, and other actions by commit", async () => {
    const { version, repository } = JSON.parse(await Deno.readTextFile(join(root, "package.json")));
    const workflow = documented(/runs-on:/).join("");
    const uses = [
      ...workflow.matchAll(/uses: (\S+)/g),
      ...(await Deno.readTextFile(join(root, "action.yml"))).matchAll(/uses: (\S+)/g),
    ].map(([, name = ""]) => name);
    const [own, others] = [uses.filter((name) => name.includes("plumbline")), uses];
    assertEquals(own, [`${repository.replace(/^github:/, "")}@v${version}`]);
    for (const name of others.filter((name) => !own.includes(name))) {
      assertMatch(name, /@[0-9a-f]{40}$/);
    }
    assertEquals(workflow.trimEnd().split("\n").length <= 10, true, "ten lines");
  });
});
