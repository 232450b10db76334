/** Runs `check` against a deviating server, and reads what it reported. */
import { join } from "@std/path";
import { z } from "zod";
import { plumbline, withFolder } from "../testing.ts";
import { serve } from "./deviating_target.ts";
import type { Deviation } from "./deviation.ts";

/** What `check` said. */
export interface Said {
  readonly exit: number;
  /** Failed requirements, sorted. */
  readonly failed: readonly string[];
  readonly warned: readonly string[];
  /** Blocked requirements, sorted; none in reports that do not know the word. */
  readonly blocked: readonly string[];
  readonly err: string;
}

/** Of any schema version: the table of former versions is made with it as well. */
const report = z.looseObject({
  cases: z.array(z.looseObject({
    checks: z.array(z.looseObject({ requirement: z.string(), verdict: z.string() })),
  })),
});

/** Runs the command line that stands in the checkout of fd5e0b1; this one's own without it. */
export async function heldAgainst(deviation: Deviation, checkout?: string): Promise<Said> {
  const served = await serve(deviation);
  try {
    return await withFolder(async (folder) => {
      const file = join(folder, "target.yaml");
      const target = {
        // Files had no versions at fd5e0b1, which is what other checkouts are for.
        ...(checkout === undefined ? { version: 1 } : {}),
        name: "deviating",
        title: deviation.does,
        ordering: "kept",
        apps: { main: { id: "app-id", key: "app-key", secret: "app-secret" } },
        ...served.keys,
        ...deviation.target,
      };
      await Deno.writeTextFile(file, JSON.stringify(target));
      const json = join(folder, "report.json");
      const { code, err } = await plumbline(
        [
          "check",
          ...["--target", file, "--out", folder, "--json", json],
          ...("start" in served.keys ? ["--start"] : []),
          ...deviation.args,
        ],
        {},
        checkout,
      );
      return { exit: code, err, ...await verdicts(json) };
    });
  } finally {
    await served.close();
  }
}

async function verdicts(json: string): Promise<Omit<Said, "exit" | "err">> {
  const text = await Deno.readTextFile(json).catch(() => '{"cases":[]}');
  const checks = report.parse(JSON.parse(text)).cases.flatMap((one) => one.checks);
  const having = (...verdicts: string[]) =>
    [...new Set(checks.filter(({ verdict }) => verdicts.includes(verdict)).map(idOf))].sort();
  return {
    failed: having("fail", "flaky"),
    warned: having("warn", "late"),
    blocked: having("blocked"),
  };
}

const idOf = ({ requirement }: { readonly requirement: string }) => requirement;
