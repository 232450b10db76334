/** Thresholds of a user's own script, on metrics of which it made no sample: missed, never met. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { withFolder } from "../../cli/testing.ts";
import { binary, notBuilt } from "../testing/k6_process.ts";
import { serveScript } from "../testing/scripted_target.ts";

/** Runs a script with one threshold; `body` has the target's address as `url`. */
async function judged(metric: string, bound: string, body: string) {
  const target = await serveScript({});
  try {
    return await withFolder(async (folder) => {
      const file = join(folder, "script.js");
      await Deno.writeTextFile(
        file,
        `import pusher from "k6/x/pusher";
const url = ${JSON.stringify(target.websocket)};
export const options = { thresholds: { ${JSON.stringify(metric)}: [${JSON.stringify(bound)}] } };
export default function () { ${body} }
`,
      );
      const { code, stdout, stderr } = await new Deno.Command(binary, {
        args: ["run", "--quiet", file],
        env: { K6_NO_USAGE_REPORT: "true", NO_COLOR: "1" },
        stdin: "null",
      }).output();
      const decoder = new TextDecoder();
      return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
    });
  } finally {
    target.close();
  }
}

const CONNECTS = `const c = pusher.connect(url, { key: "app-key" });
c.on("pusher_internal:subscription_succeeded", () => c.close());
c.subscribe("news");`;

describe("a threshold of a user's script", { skip: notBuilt ?? false }, () => {
  for (
    const [metric, bound] of [
      ["pusher_connecting", "p(99.99)<60000"],
      ["pusher_connections", "count<100"],
      ["pusher_messages_received", "count<100"],
      ["pusher_messages_sent", "count<100"],
    ] as const
  ) {
    it(`on ${metric} is met where it holds, and missed without a sample`, async () => {
      const [met, empty] = await Promise.all([
        judged(metric, bound, CONNECTS),
        judged(metric, bound, ""),
      ]);
      assertEquals([met.code, empty.code], [0, 99], met.said + empty.said);
    });
  }

  for (
    const [metric, bound] of [
      ["pusher_delivery{scope:run,quantile:p75}", "value<=60000"],
      ["pusher_delivered{scope:run}", "value<=1"],
      ["pusher_figure{scope:run,of:duplicated}", "value==0"],
      ["pusher_standing", "value<100"],
      ["pusher_generator_cpu", "value<100"],
    ] as const
  ) {
    it(`on ${metric}, which only a plan feeds, is missed where none was opened`, async () => {
      const { code, said } = await judged(metric, bound, CONNECTS);
      assertEquals(code, 99, said);
    });
  }

  it("on a counter that is 0 where all is well is refused, with the gauge that is for it", async () => {
    const { code, said } = await judged("pusher_duplicates", "count==0", CONNECTS);
    assertEquals(code, 107, said);
    assertStringIncludes(said, "put it on pusher_figure{scope:run,of:duplicated}");
  });
});
