/**
 * Runs the steps of a composite action of GitHub's as a runner does: inputs and outputs filled in,
 * the job's files set, each script by bash. Steps of other actions are returned, not run.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parse } from "yaml";
import { z } from "zod";

const action = z.object({
  inputs: z.record(
    z.string(),
    z.strictObject({
      description: z.string(),
      required: z.boolean().optional(),
      default: z.string().optional(),
    }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({
    using: z.literal("composite"),
    steps: z.array(z.strictObject({
      name: z.string(),
      id: z.string().optional(),
      if: z.literal("${{ always() }}").optional(),
      shell: z.literal("bash").optional(),
      env: z.record(z.string(), z.string()).optional(),
      run: z.string().optional(),
      uses: z.string().optional(),
      with: z.record(z.string(), z.string()).optional(),
    })),
  }),
});
export type Action = z.output<typeof action>;

export const readAction = async (file: string): Promise<Action> =>
  action.parse(parse(await Deno.readTextFile(file)));

export interface Job {
  /** Whether every step succeeded. */
  readonly success: boolean;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What `uses:` steps were asked to do. */
  readonly used: readonly Readonly<Record<string, string>>[];
}

interface Place {
  /** The action's own folder, and the user's. */
  readonly action: string;
  readonly workspace: string;
}

/** Runs an action with these inputs. */
export async function runAction(
  { inputs: declared, outputs: given, runs }: Action,
  inputs: Readonly<Record<string, string>>,
  { action, workspace }: Place,
): Promise<Job> {
  assertEquals(Object.keys(inputs).filter((name) => !(name in declared)), [], "unknown inputs");
  const files = await Deno.makeTempDir({ prefix: "plumbline-runner-" });
  const [output, summary] = [join(files, "output"), join(files, "summary")];
  const outputs = new Map<string, string>();
  const used: Record<string, string>[] = [];
  let [success, log] = [true, ""];
  const filled = (text: string) =>
    text.replaceAll(/\$\{\{ (\S+) \}\}/g, (_, expression: string) => {
      const [where, ...path] = expression.split(".");
      const name = path.join(".");
      if (where === "inputs") return inputs[name] ?? declared[name]?.default ?? "";
      return outputs.get(name) ?? "";
    });
  const all = (record: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, filled(value)]));
  try {
    for (const step of runs.steps) {
      if (!success && step.if === undefined) continue;
      if (step.run === undefined) {
        used.push({ uses: step.uses ?? "", ...all(step.with) });
        continue;
      }
      await Deno.writeTextFile(output, "");
      await Deno.writeTextFile(join(files, "step.sh"), filled(step.run));
      const { code, stdout, stderr } = await new Deno.Command("bash", {
        args: ["--noprofile", "--norc", "-eo", "pipefail", join(files, "step.sh")],
        cwd: workspace,
        env: {
          ...all(step.env),
          CI: "true",
          GITHUB_ACTION_PATH: action,
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
        },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).output();
      const decoder = new TextDecoder();
      log += decoder.decode(stdout) + decoder.decode(stderr);
      success = success && code === 0;
      for (const line of (await Deno.readTextFile(output)).trimEnd().split("\n")) {
        const [, name = "", value = ""] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
        outputs.set(`${step.id}.outputs.${name}`, value);
      }
    }
    const results = Object.entries(given).map(([name, { value }]) => [name, filled(value)]);
    const written = await Deno.readTextFile(summary).catch(() => "");
    return { success, log, summary: written, outputs: Object.fromEntries(results), used };
  } finally {
    await Deno.remove(files, { recursive: true });
  }
}
