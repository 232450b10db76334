/** One of several nodes with one part wrong: `broken/main.ts --break NAME [--apps FILE]`. */
import { parseArgs } from "node:util";
import { logListeners } from "../../log.ts";
import { serve } from "../../serve.ts";
import { openLine } from "../line.ts";
import { startNode } from "../start.ts";
import { BREAKS } from "./breaks.ts";

const { values } = parseArgs({ options: { apps: { type: "string" }, break: { type: "string" } } });
const wrong = BREAKS[values.break ?? ""];
if (wrong === undefined) {
  console.error(`--break takes one of: ${Object.keys(BREAKS).join(", ")}`);
  Deno.exit(2);
}
await serve(values.apps, {
  launch(config) {
    if (config.scaling === undefined) throw new TypeError("only one of several nodes is broken so");
    const events = logListeners() ?? {};
    return startNode(config, config.scaling, events, (scaling) => wrong(openLine(scaling)));
  },
});
