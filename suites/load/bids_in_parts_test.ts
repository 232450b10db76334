import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { loadReportSchema } from "../record/load/report.ts";
import { loadTarget } from "../../targets/file.ts";
import { startApplicationProcess } from "../../targets/reference/app/testing/process.ts";
import { startServer } from "../../targets/start.ts";
import { plumbline, root, withFolder } from "../cli/testing.ts";
import { countsOf, latencyOf } from "../record/load/phases.ts";

const k6 = join(root, ".cache/k6/k6");
const built = await Deno.stat(k6).then(() => true, () => false);

describe("bids of two processes of k6 on one lot", () => {
  it("are each known in both by their amounts, and become one run", {
    skip: built ? false : "k6 is not built: deno task k6:build",
  }, async () => {
    const target = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
    const server = await startServer(target, "http://127.0.0.1:9/nobody");
    const { port } = server.endpoints.api;
    const application = await startApplicationProcess({
      APPLICATION_PRIVATE_AUCTIONS: "1",
      PUSHER_PORT: String(port),
    });
    try {
      await withFolder(async (folder) => {
        const [scenario, plan] = [join(folder, "bids.yaml"), join(folder, "plan.json")];
        await Deno.writeTextFile(
          scenario,
          `version: 1
name: bids
title: A test
channels: { auction: { kind: lot } }
clients: { bidders: { count: 21, connect: 100/s, join: auction, authorize: application } }
publish: [{ bid: 10, to: auction, rate: 2/s }]
phases: [{ name: all, for: 5s }]
settle: 5s
objectives: [delivered >= 100%]
`,
        );
        const written = await plumbline(
          ["load", scenario, "--application", "reference-private", "--plan", plan],
          {
            REFERENCE_PORT: String(port),
            APPLICATION_PORT: new URL(application.origin).port,
          },
        );
        assertEquals(written.code, 0, written.err);
        assertMatch(written.err, /PLUMBLINE_SESSION=/);
        const session = `${plan}.session`;
        assertEquals(((await Deno.stat(session)).mode ?? 0) & 0o777, 0o600);

        const env = {
          PLUMBLINE_SECRET: "app-secret",
          PLUMBLINE_SESSION: await Deno.readTextFile(session),
          ...{ SEGMENTS: "2", PLAN: plan, START: String(Date.now() + 8000) },
        };
        const files = [join(folder, "1.json"), join(folder, "2.json")];
        const segments = ["0:1/2", "1/2:1"];
        await Promise.all(segments.map((segment, part) =>
          new Deno.Command(k6, {
            args: [
              ...["run", "--quiet", "--summary-mode=disabled", "--execution-segment", segment],
              ...["--execution-segment-sequence", "0,1/2,1"],
              join(root, "suites/load/k6/run.ts"),
            ],
            env: { ...env, OUT: files[part] ?? "" },
            stdout: "null",
            stderr: "null",
          }).output()
        ));

        const out = join(folder, "out");
        const merged = await plumbline([
          ...["load:merge", ...files, "--plan", plan, "--out", out, "--allow-generator-bound"],
        ]);
        assertEquals(merged.code, 0, merged.err);
        const { load } = loadReportSchema.parse(
          JSON.parse(await Deno.readTextFile(join(out, "report.json"))),
        );
        const { phases, connections } = load.measurements;
        const { accepted, refused, expected, delivered, unexpected, reordered } = countsOf(phases);
        assertEquals(
          { accepted, refused, expected, delivered, unexpected, reordered },
          { accepted: 10, refused: 0, expected: 210, delivered: 210, unexpected: 0, reordered: 0 },
        );
        assertEquals(connections, { planned: 21, standing: 21, most: 21 });
        assertEquals(latencyOf(phases, "authorize")?.totalCount, 21);
        // Of each bid, those are timed that came to the pages of the process that made it.
        assertEquals(latencyOf(phases, "delivery")?.totalCount, 5 * 11 + 5 * 10);
      });
    } finally {
      await application.kill("SIGTERM");
      await server.stop();
    }
  });
});
