/** Whether tests that install a server of somebody else's can be run here. */

/** How long a registry may take to answer. */
const ANSWER_MS = 20_000;

/** Why tests that need this Composer package are skipped, or false where it can be had. */
export async function withoutComposerPackage(name: string): Promise<string | false> {
  try {
    const { success } = await new Deno.Command("composer", {
      args: ["show", "--available", "--no-interaction", name],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      signal: AbortSignal.timeout(ANSWER_MS),
    }).output();
    return success ? false : `Composer finds no ${name}: no package registry answers`;
  } catch {
    return "there is no Composer";
  }
}
