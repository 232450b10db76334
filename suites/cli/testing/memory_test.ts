import { assert } from "@std/assert";
import { it } from "@std/testing/bdd";
import { mostMemoryOf } from "./memory.ts";

/** Fills 200 MB, has a child fill as much, and ends with it. */
const FILLS = `
  const filled = new Uint8Array(200_000_000).fill(1);
  const [depth] = Deno.args;
  if (depth === "0") await new Promise((resolve) => setTimeout(resolve, 1500)); // while it is weighed
  else await new Deno.Command(Deno.execPath(), { args: ["eval", Deno.env.get("FILLS"), "0"] }).output();
  console.log(filled.length);
`;

it("memory is that of a process and of its children together", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", FILLS, "1"],
    env: { FILLS },
    stdout: "null",
  }).spawn();
  const most = await mostMemoryOf(child.pid);
  await child.status;
  assert(most > 400_000_000 && most < 800_000_000, `${most} bytes`);
});
