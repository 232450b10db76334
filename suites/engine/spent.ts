/** What a scenario has taken of its target, counted in its evidence the way `demandOf` foretells it. */
import type { Evidence } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import type { Demand } from "./demand.ts";

/** Messages and connections of this evidence, each counted whatever the target made of it. */
export function spentBy(events: readonly Evidence[]): Pick<Demand, "connections" | "messages"> {
  let connections = 0;
  let messages = 0;
  for (const event of events) {
    if (event.kind === "dial") connections++;
    if (event.kind === "request") messages += published(event);
    const name = frameOf(event)?.event;
    if (name === undefined) continue;
    const counts = event.kind === "sent" ? name.startsWith("client-") : !/^pusher/.test(name);
    if (counts) messages++;
  }
  return { connections, messages };
}

/** Events that a request publishes, one for each channel. */
function published({ method, path, body }: Evidence & { readonly kind: "request" }): number {
  const [, door] = /\/apps\/[^/]+\/(events|batch_events)(?:$|\?)/.exec(path) ?? [];
  if (method !== "POST" || door === undefined) return 0;
  const said = readJson(body);
  const many = isRecord(said) ? said[door === "events" ? "channels" : "batch"] : undefined;
  return Array.isArray(many) ? many.length : 1;
}
