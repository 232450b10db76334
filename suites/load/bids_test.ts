import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { type ApplicationFile, loadApplication } from "../applications/file.ts";
import { loadTarget } from "../../targets/file.ts";
import { root, withFolder } from "../cli/testing.ts";
import { readSource } from "../language/source.ts";
import { NoClientConnected } from "./engine.ts";
import { type EngineName, ENGINES } from "./engines.ts";
import { runLoad } from "./load.ts";
import { readLoadScenario } from "./scenario.ts";
import { latencyOf, measuredPhases } from "../record/load/phases.ts";

const PAGES = 30;
/** 20 bids, and each comes to every page. */
const SCENARIO = `version: 1
name: bids
title: A test
channels: { auction: { kind: lot } }
clients: { bidders: { count: ${PAGES}, connect: 100/s, join: auction, authorize: application } }
publish: [{ bid: 10, to: auction, rate: 10/s }]
phases: [{ name: auction, for: 2s }]
settle: 3s
objectives: [delivered >= 100%]
`;

const built = await Deno.stat(join(root, ".cache/k6/k6")).then(() => true, () => false);
const named = (name: string) => loadApplication(join(root, "targets/applications", `${name}.yaml`));

/** The application with one part wrong. */
async function broken(name: string): Promise<ApplicationFile> {
  const file = await named("reference-private");
  assert(file.start);
  const [main = "", ...others] = file.start.command.toReversed();
  const command = [...others.toReversed(), main.replace("main.ts", "broken/main.ts")];
  return { ...file, start: { ...file.start, command: [...command, "--break", name] } };
}

async function run(engine: EngineName, application: ApplicationFile) {
  const { load, exitCode } = await withFolder(async (out) =>
    await runLoad({
      root,
      scenario: readLoadScenario(readSource("bids.yaml", SCENARIO)),
      scale: 1,
      target: await loadTarget(join(root, "targets/reference.yaml"), { started: true }),
      start: true,
      application,
      engine,
      out,
      allowGeneratorBound: true,
      releaseSeconds: 0,
      signal: new AbortController().signal,
    })
  );
  const phases = measuredPhases(load.measurements);
  const counts = phases.at(-1)?.counts;
  assert(counts);
  // On a busy machine one bid overtakes another now and then, which is below the minimum then.
  const { refused } = counts;
  assert(refused <= 3, load.findings.join("\n"));
  const timed = (kind: "authorize" | "answer" | "delivery") =>
    latencyOf(phases, kind)?.totalCount ?? 0;
  return {
    plan: load.plan,
    counts: {
      ...counts,
      refused: 0,
      accepted: counts.accepted + refused,
      expected: counts.expected + refused * PAGES,
      delivered: counts.delivered + refused * PAGES,
    },
    findings: load.findings.filter((text) => !/below_minimum|\d events? refused/.test(text)),
    authorized: timed("authorize"),
    answered: timed("answer") + refused,
    delivered: timed("delivery") + refused * PAGES,
    exitCode: refused === 0 ? exitCode : undefined,
  };
}

const ALL = {
  ...{ expected: 600, delivered: 600, duplicated: 0, reordered: 0, ancient: 0, late: 0, lost: 0 },
  ...{ unexpected: 0, accepted: 20, refused: 0, unanswered: 0 },
};

for (const engine of ENGINES) {
  const skip = engine === "k6" && !built ? "k6 is not built: deno task k6:build" : false;

  describe(`bids through an application, by ${engine}`, { skip }, () => {
    it("come to every page once, each of which the application has signed for", async () => {
      const { counts, findings, plan, exitCode, ...timed } = await run(
        engine,
        await named("reference-private"),
      );
      assertEquals(findings, []);
      assertEquals(counts, ALL);
      assertEquals(timed, { authorized: 30, answered: 20, delivered: 600 });
      assertMatch(JSON.stringify(plan), /broadcasting\/auth/);
      assertEquals(/xsrf|cookie/i.test(JSON.stringify(plan)), false);
      assertEquals(exitCode ?? 0, 0);
    });

    it("come on a public channel, for which nobody is asked to sign", async () => {
      const { counts, findings, authorized } = await run(engine, await named("reference"));
      assertEquals(findings, []);
      assertEquals(counts, ALL);
      assertEquals(authorized, 0);
    });

    it("come of an application of another make, whose forms carry a token", async () => {
      const other = join(root, "suites/applications/testing/other.yaml");
      const { counts, findings, plan } = await run(engine, await loadApplication(other));
      assertEquals(findings, []);
      assertEquals(counts, ALL);
      assertEquals(plan.publishers[0]?.request?.body, "sum=$number&_token=${token1}");
    });

    it("that the application answers with 500 are unanswered, and no others", async () => {
      const { counts, findings, answered, delivered } = await run(
        engine,
        await broken("tenth-bid-fails"),
      );
      assertEquals(counts, {
        ...ALL,
        ...{ delivered: 540, lost: 60, accepted: 18, unanswered: 2 },
      });
      assertEquals([answered, delivered], [18, 540]);
      assertMatch(
        findings[0] ?? "",
        /^2 requests to publish failed from .*: HTTP 500 .*Server Error/,
      );
      assertMatch(findings[1] ?? "", /^2 of 20 events got no answer in phase "auction"/);
      assertMatch(findings[2] ?? "", /^60 of 600 deliveries were lost in phase "auction"/);
      assertEquals(findings.length, 3);
    });

    it("of which the application tells nobody of one are one lost to each page", async () => {
      const { counts, findings, exitCode } = await run(engine, await broken("one-bid-untold"));
      assertEquals(counts, { ...ALL, delivered: 570, lost: 30 });
      assertMatch(findings[0] ?? "", /^30 of 600 deliveries were lost in phase "auction"/);
      assertEquals(findings.length, 1);
      assertEquals(exitCode ?? 99, 99);
    });

    it("come to nobody for whom the application does not sign, in its own words", async () => {
      const error = await assertRejects(
        async () => await run(engine, await broken("signs-for-nobody")),
        NoClientConnected,
      );
      assertMatch(error.message, /^no client connected: authorize: HTTP 403 .*No/);
    });
  });
}
