/** The metrics that the extension registers, that its types name and that the docs explain are the same. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { it } from "@std/testing/bdd";
import { root } from "../../cli/testing.ts";
import { LATENCIES } from "../../record/load/measurements.ts";

const read = (file: string) => Deno.readTextFile(join(root, file));
const names = (text: string) =>
  [...new Set([...text.matchAll(/pusher_[a-z_]+/g)].map(([name]) => name))].sort();

it("k6 metrics are registered, typed and documented alike", async () => {
  const module = "suites/load/k6/module";
  const go = await read(`${module}/reporter.go`);
  const counters = [...go.matchAll(/"([a-z_]+)": c\./g)].map(([, name]) => `pusher_${name}`);
  const registered = [
    ...names(go).filter((name) => name !== "pusher_"),
    ...counters,
    ...LATENCIES.map((latency) => `pusher_${latency}`),
    ...names(await read(`${module}/client_metrics.go`)),
  ];
  const types = (await read("suites/load/k6/k6_x_pusher.d.ts")).replaceAll(
    /`pusher_\$\{([^}]*)\}`/g,
    (_, all: string) =>
      [...all.matchAll(/"([a-z_]+)"/g)].map(([, name]) => `pusher_${name}`).join(" "),
  );
  const page = await read("docs/load-k6.md");
  const documented = page.slice(
    page.indexOf("## Metrics"),
    page.indexOf("A plan's objectives become"),
  );
  const all = [...new Set(registered)].sort();
  assertEquals(names(types.replaceAll("pusher_internal:", "")), all);
  assertEquals(names(documented), all);
});
