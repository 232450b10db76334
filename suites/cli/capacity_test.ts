import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { capacityReportSchema } from "../record/capacity/report.ts";
import { plumbline, start, withFolder } from "./testing.ts";

/** A scenario that has run for a while when the first second is over. */
const LONG = `version: 1
name: long
title: A long day
channels: { lobby: { kind: private } }
clients: { visitors: { count: 4, connect: 10/s, join: lobby } }
publish: [{ event: Tick, to: lobby, rate: 1/s, bytes: 100 }]
phases: [{ name: day, for: 60s }]
`;

describe("the capacity command", () => {
  it("refuses what it cannot search, with one line and exit code 2", async () => {
    await withFolder(async (folder) => {
      const scenario = join(folder, "long.yaml");
      await Deno.writeTextFile(scenario, LONG);
      const params = async (...args: string[]) => {
        const { code, err } = await plumbline(["capacity", "--scenario", scenario, ...args]);
        assertEquals(code, 2, err);
        assertEquals(err.trim().split("\n").length, 1, err);
        return err;
      };
      assertStringIncludes(await params(), "long has no objectives to meet");
      const objective = ["--objective", "delivery p99 <= 1s"];
      assertStringIncludes(await params(...objective, "--events-per-second", "5"), "--for-users");
      await Deno.writeTextFile(scenario, LONG.replace(/^publish.*\n/m, ""));
      assertStringIncludes(await params(...objective, "--dimension", "rate"), "sends no events");
    });
  });

  it("leaves a report of what was seen when it is interrupted", async () => {
    await withFolder(async (folder) => {
      const { code, said } = await interruptedAt(/\n.*\n/, folder, LONG.replace("60s", "1s"));
      assertEquals(code, 130, said);
      assertStringIncludes(said, "The search was interrupted");
      const report = capacityReportSchema.parse(
        JSON.parse(await Deno.readTextFile(join(folder, "report.json"))),
      );
      assert(!report.complete && report.result === undefined);
      assertEquals(report.trials.map(({ load }) => load), [4]);
    });
  });

  it("ends at once when it is interrupted before anything was run", async () => {
    await withFolder(async (folder) => {
      const { code, said } = await interruptedAt(/\n/, folder, LONG);
      assertEquals(code, 130, said);
      assert(/interrupted before|The search was interrupted/.test(said), said);
    });
  });
});

/** Interrupts a search once what it has printed, from the end of its first line on, is like this. */
async function interruptedAt(sign: RegExp, folder: string, text: string) {
  const scenario = join(folder, "long.yaml");
  await Deno.writeTextFile(scenario, text);
  const child = start([
    ...["capacity", "--scenario", scenario, "--objective", "delivered >= 100%"],
    ...["--from", "4", "--out", folder],
  ]);
  let said = "";
  let interrupted = false;
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += part;
    if (!interrupted && sign.test(said.slice(said.indexOf("\n")))) {
      child.kill("SIGINT");
      interrupted = true;
    }
  }
  await child.stdout.cancel();
  return { code: (await child.status).code, said };
}
