/** Runs `load` against one of the wrong targets, and reads what it said. */
import { join } from "@std/path";
import { serveScript } from "../../load/testing/scripted_target.ts";
import { plumbline, type Ran, root, withFolder } from "../testing.ts";
import type { Gate } from "./gates.ts";

/** The command line of the checkout of fd5e0b1, where files had no versions; this one's own without it. */
export async function heldAgainst(gate: Gate, checkout?: string): Promise<Omit<Ran, "out">> {
  const { script, clients = 10, more = "", settle = "5s", objectives } = gate;
  const served = await serveScript(script);
  const version = checkout === undefined ? "version: 1\n" : "";
  const place = JSON.stringify({ scheme: "http", host: "127.0.0.1", port: served.port });
  try {
    return await withFolder(async (folder) => {
      const [scenario, target] = [join(folder, "scenario.yaml"), join(folder, "target.yaml")];
      await Deno.writeTextFile(
        scenario,
        `${version}name: brief
title: A few hear of something
channels: { news: { kind: private } }
clients: { people: { count: ${clients}, connect: 100/s, join: news, ${more} } }
publish: [{ event: NewsPublished, to: news, rate: 10/s, bytes: 100 }]
phases: [{ name: all, for: 2s }]
settle: ${settle}
objectives: ${JSON.stringify(objectives)}
`,
      );
      await Deno.writeTextFile(
        target,
        `${version}name: scripted
title: A scripted target
websocket: ${place}
api: ${place}
ordering: kept
apps: { main: { id: app-id, key: app-key, secret: app-secret-of-tests } }
`,
      );
      const load = ["load", scenario, "--target", target, "--out", folder];
      if (!gate.byPlan) {
        const { code, err } = await plumbline([...load, "--allow-generator-bound"], {}, checkout);
        return { code, err };
      }
      const plan = join(folder, "plan.json");
      const planned = await plumbline([...load, "--plan", plan], {}, checkout);
      if (planned.code !== 0) return planned;
      return await k6(plan, checkout ?? root);
    });
  } finally {
    served.close();
  }
}

async function k6(plan: string, checkout: string): Promise<Omit<Ran, "out">> {
  const { code, stderr, stdout } = await new Deno.Command(join(checkout, ".cache/k6/k6"), {
    args: ["run", "--quiet", "-e", `PLAN=${plan}`, join(checkout, "suites/load/k6/run.ts")],
    env: {
      ...{ PLUMBLINE_SECRET: "app-secret-of-tests", K6_NO_USAGE_REPORT: "true", NO_COLOR: "1" },
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, err: decoder.decode(stdout) + decoder.decode(stderr) };
}
