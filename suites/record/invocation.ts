/** How the user runs Plumbline's commands, for messages and examples. */

/** Below `node_modules` lies the npm package, which brings a program; a clone has tasks. */
const PACKED = import.meta.url.includes("/node_modules/");

/** A command as its user types it: `invocation("check")` is `deno task check` in a clone. */
export function invocation(command: string, packed: boolean = PACKED): string {
  return `${packed ? "plumbline" : "deno task"} ${command}`;
}
