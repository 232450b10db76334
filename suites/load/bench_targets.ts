/** The servers that benches hold beside one another. */
import { fromFileUrl, join } from "@std/path";
import { loadTarget } from "../../targets/file.ts";
import type { Target } from "../../targets/target.ts";

const root = fromFileUrl(new URL("../../", import.meta.url));

const reference = (workers: string) =>
  loadTarget(join(root, "targets", "reference.yaml"), {
    started: true,
    environment: (name) => name === "REFERENCE_WORKERS" ? workers : Deno.env.get(name),
  });
const other = (file: string) => loadTarget(join(root, file), { started: true });

export const SOKETI = "soketi", FLOOR = "write(2) loop";

/** By name, in the order in which they take their turns. */
export const servers: Readonly<Record<string, Target>> = {
  "reference": await reference("1"),
  "reference, 2 workers": await reference("2"),
  [SOKETI]: await other("targets/soketi.yaml"),
  [FLOOR]: await other("suites/load/k6/floor/broadcast/target.yaml"),
};
