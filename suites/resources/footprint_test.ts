import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { footprintOf } from "./footprint.ts";

const LINUX = Deno.build.os === "linux" ? false : "there is no /proc here";

describe("the footprint of a process", () => {
  it(
    "is its memory and its descriptors, of itself and its children",
    { skip: LINUX },
    async () => {
      const child = new Deno.Command("sh", {
        args: ["-c", "sleep 20 >/dev/null & echo $!; wait"],
        stdout: "piped",
      }).spawn();
      const lines = child.stdout.getReader();
      const grandchild = Number(new TextDecoder().decode((await lines.read()).value));
      try {
        const found = await footprintOf(child.pid);
        assert(found && found.memoryBytes > 100_000, `${found?.memoryBytes} bytes`);
        assert(found.descriptors >= 6, `three of each process: ${found.descriptors}`);
      } finally {
        Deno.kill(grandchild, "SIGKILL");
        child.kill("SIGKILL");
        await lines.cancel();
        await child.status;
      }
    },
  );

  it("is unknown of a process that is not there", async () => {
    assertEquals(await footprintOf(2 ** 30), undefined);
  });
});
