/** Holds an application that only its file describes against the scenarios that its file comes to. */
import { join } from "@std/path";
import { plumbline, root, withFolder } from "../../cli/testing.ts";

interface Report {
  readonly cases: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly checks: readonly { readonly requirement: string; readonly verdict: string }[];
  }[];
}

export interface Held {
  readonly code: number;
  readonly err: string;
  /** Scenarios that did not pass, and their verdicts. */
  readonly others: readonly string[];
  /** Requirements that failed, each once. */
  readonly failed: readonly string[];
}

/** `application` is a name or a file; `env` says which mistake is in it. */
export function heldAgainst(
  application: string,
  scenarios: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Held> {
  return withFolder(async (folder) => {
    const chosen = scenarios.flatMap((id) => ["--scenario", id]);
    const target = Object.keys(env).length > 0 ? await hasty(folder) : [];
    const args = ["check", "--application", application, ...target, ...chosen, "--out", folder];
    const { code, err } = await plumbline(args, env);
    const { cases }: Report = JSON.parse(await Deno.readTextFile(join(folder, "report.json")));
    const failed = cases.flatMap(({ checks }) =>
      checks.filter(({ verdict }) => verdict === "fail").map(({ requirement }) => requirement)
    );
    return {
      code,
      err,
      others: cases.filter(({ verdict }) => verdict !== "pass")
        .map(({ id, verdict }) => `${id}: ${verdict}`),
      failed: [...new Set(failed)].sort(),
    };
  });
}

/** The reference application by a file that extends its own, with a wrong part in its place. */
export function heldBroken(
  application: string,
  fault: string,
  scenarios: readonly string[],
): Promise<Held> {
  return withFolder(async (folder) => {
    for (const name of ["reference", application]) {
      const file = join(root, "targets", "applications", `${name}.yaml`);
      const text = (await Deno.readTextFile(file)).replace(
        "app/main.ts",
        `app/broken/main.ts\n    - --break\n    - ${fault}`,
      );
      await Deno.writeTextFile(join(folder, `${name}.yaml`), text);
    }
    const ids = scenarios.map((one) => `application/${one}`);
    const environment = { APPLICATION_TESTING: "1" };
    return await heldAgainst(join(folder, `${application}.yaml`), ids, environment);
  });
}

/** The reference server, of which what never comes is not waited for long. */
export async function hasty(folder: string): Promise<string[]> {
  const file = join(folder, "target.yaml");
  const reference = await Deno.readTextFile(join(root, "targets", "reference.yaml"));
  await Deno.writeTextFile(file, `${reference}\nsettles: 2s\n`);
  return ["--target", file, "--start"];
}
