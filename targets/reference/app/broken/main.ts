/** The reference application with one part wrong: `broken/main.ts --break NAME`. */
import { parseArgs } from "node:util";
import { serveApplication } from "../main.ts";
import { BREAKS } from "./breaks.ts";

const { values } = parseArgs({ options: { break: { type: "string" } } });
const replace = BREAKS[values.break ?? ""];
if (replace === undefined) {
  console.error(`--break takes one of: ${Object.keys(BREAKS).join(", ")}`);
  Deno.exit(2);
}
await serveApplication(replace);
