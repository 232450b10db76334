import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { start, withFolder } from "./testing.ts";

/** By then an interrupted check is over, with its reports. */
const PATIENCE_MS = 5000;

describe("a check that is interrupted", () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`waits for nothing that its scenarios wait for, on ${signal}`, () =>
      withFolder(async (folder) => {
        // It says nothing for 20 s and more.
        const scenario = "protocol/heartbeat/patient-client";
        const child = start(["check", "--scenario", scenario, "--out", folder]);
        let said = "";
        let since = 0;
        for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
          said += part;
          if (since > 0 || !said.includes("features offered")) continue;
          since = performance.now();
          child.kill(signal);
        }
        await child.stdout.cancel();
        const { code } = await child.status;
        assertEquals(code, 130, said);
        assert(performance.now() - since < PATIENCE_MS, said);
        assertStringIncludes(said, "Not complete: interrupted");
        const { cases } = JSON.parse(await Deno.readTextFile(join(folder, "report.json")));
        assert(
          cases.every(({ id }: { id: string }) => id !== scenario),
          "nothing of it was judged",
        );
      }));
  }
});
