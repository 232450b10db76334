/** Runs `check` against a deviating server, and reads what it reported. */
import { join } from "@std/path";
import { z } from "zod";
import { parseDocument } from "yaml";
import { plumbline, root, withFolder } from "../testing.ts";
import { serve } from "./deviating_target.ts";
import type { Application, Deviation } from "./deviation.ts";

/** What `check` said. */
export interface Said {
  readonly exit: number;
  /** Failed requirements, sorted. */
  readonly failed: readonly string[];
  readonly warned: readonly string[];
  /** Blocked requirements, sorted; none in reports that do not know the word. */
  readonly blocked: readonly string[];
  /** Which requirements block each blocked one. */
  readonly blockedBy: Readonly<Record<string, readonly string[]>>;
  /** What failures come from, by requirement. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly err: string;
}

/** Of any schema version: the table of former versions is made with it as well. */
const report = z.looseObject({
  cases: z.array(z.looseObject({
    checks: z.array(z.looseObject({
      requirement: z.string(),
      verdict: z.string(),
      cause: z.string().optional(),
      blockedBy: z.looseObject({ requirement: z.string().optional() }).optional(),
    })),
  })),
  causes: z.array(z.looseObject({ requirement: z.string(), kind: z.string() })).optional(),
});

/** Runs the command line that stands in the checkout of fd5e0b1; this one's own without it. */
export async function heldAgainst(deviation: Deviation, checkout?: string): Promise<Said> {
  const served = await serve(deviation);
  try {
    return await withFolder(async (folder) => {
      const file = join(folder, "target.yaml");
      const target = {
        // Files had no versions at fd5e0b1, which is what other checkouts are for.
        // What these servers leave out never comes: waiting long for it would only take time.
        ...(checkout === undefined ? { version: 1, settles: "2s" } : {}),
        name: "deviating",
        title: deviation.does,
        ordering: "kept",
        apps: { main: { id: "app-id", key: "app-key", secret: "app-secret" } },
        ...served.keys,
        ...deviation.target,
      };
      await Deno.writeTextFile(file, JSON.stringify(target));
      const json = join(folder, "report.json");
      const scenario = join(folder, "scenario.yaml");
      if (deviation.scenario !== undefined) {
        const version = checkout === undefined ? "version: 1\n" : "";
        await Deno.writeTextFile(scenario, `${version}${deviation.scenario}`);
      }
      const application = deviation.application &&
        await writeApplication(folder, deviation.application, checkout !== undefined);
      const { code, err } = await plumbline(
        [
          "check",
          ...(served.keys ? ["--target", file] : []),
          ...["--out", folder, "--json", json],
          ...(served.keys && "start" in served.keys ? ["--start"] : []),
          ...(application ? ["--application", application] : []),
          ...(deviation.scenario === undefined ? [] : ["--scenario", scenario]),
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

/** The file of the other application, which is started wherever the command line stands. */
async function writeApplication(
  folder: string,
  { environment }: Application,
  isFormer: boolean,
): Promise<string> {
  const testing = join(root, "suites", "applications", "testing");
  const file = parseDocument(await Deno.readTextFile(join(testing, "other.yaml")));
  if (isFormer) file.delete("version");
  const program = join(testing, "other_application.ts");
  const config = join(root, "deno.json");
  file.setIn(["start", "command"], ["$deno", "run", "--quiet", "-A", "--config", config, program]);
  for (const [name, value] of Object.entries(environment)) {
    file.setIn(["start", "environment", name], value);
  }
  const path = join(folder, "application.yaml");
  await Deno.writeTextFile(path, file.toString());
  return path;
}

async function verdicts(json: string): Promise<Omit<Said, "exit" | "err">> {
  const text = await Deno.readTextFile(json).catch(() => '{"cases":[]}');
  const { cases, causes } = report.parse(JSON.parse(text));
  const checks = cases.flatMap((one) => one.checks);
  const accused = checks.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
  const having = (...verdicts: string[]) =>
    [...new Set(checks.filter(({ verdict }) => verdicts.includes(verdict)).map(idOf))].sort();
  return {
    failed: having("fail", "flaky"),
    warned: having("warn", "late"),
    blocked: having("blocked"),
    blockedBy: Object.fromEntries(
      having("blocked").map((id) => [
        id,
        checks.filter(({ requirement }) => requirement === id)
          .flatMap(({ blockedBy }) => blockedBy?.requirement ?? []),
      ]),
    ),
    kinds: Object.fromEntries(
      causes?.map(({ requirement, kind }) => [requirement, kind]) ??
        accused.map(({ requirement, cause = "" }) => [requirement, cause]),
    ),
  };
}

const idOf = ({ requirement }: { readonly requirement: string }) => requirement;
