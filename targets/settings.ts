/** What a file that starts programs may ask for by name. */
import type { Target } from "./target.ts";

/** `nodes.N.port`, where a node listens, and `nodes.N.door`, where what stands before it lets in to it. */
export function nodeSetting(
  nodes: readonly { readonly port: number; readonly door: number }[],
  name: string,
): number | undefined {
  const [, n = "", field = ""] = name.split(".");
  return field === "port" || field === "door" ? nodes[Number(n) - 1]?.[field] : undefined;
}

/** `apps.NAME.key` of a target: its credentials, or any setting of it. */
export function appSetting(target: Target, name: string): unknown {
  const [head, app = "", field = ""] = name.split(".");
  const found = head === "apps" ? target.apps[app] : undefined;
  return field === "id" || field === "key" || field === "secret"
    ? found?.[field]
    : found?.settings[field];
}
