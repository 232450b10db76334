/** Whether this program writes in colour: on a terminal, unless NO_COLOR is set, or with FORCE_COLOR. */
import { setColorEnabled } from "@std/fmt/colors";

export interface Surroundings {
  /** What is written goes to a terminal, and not into a pipe or a file. */
  readonly terminal: boolean;
  /** https://no-color.org: any value but an empty one. */
  readonly noColor: boolean;
  /** https://force-color.org: the same. */
  readonly forceColor: string | undefined;
}

/** NO_COLOR is the word of who reads; FORCE_COLOR says that a pipe leads to a terminal. */
export function isColoured({ terminal, noColor, forceColor = "" }: Surroundings): boolean {
  return !noColor && (terminal || forceColor !== "");
}

/** Switches colours on or off for all that follows: every summary goes to standard error. */
export function chooseColours(): void {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "FORCE_COLOR" });
  setColorEnabled(isColoured({
    terminal: Deno.stderr.isTerminal(),
    noColor: Deno.noColor,
    // Some tasks may not read the environment; they write no colours.
    forceColor: state === "granted" ? Deno.env.get("FORCE_COLOR") : undefined,
  }));
}
