/** Spreading one scenario's connections and calls over the nodes of a target, in turn. */
import type { OpenTarget } from "./open_target.ts";

export interface Spread {
  /** The first connection goes to the first node, the second to the second, and so on. */
  nextWebsocketUrl(): string;
  /** Calls begin at the second node, so that what is published comes from elsewhere. */
  nextApi(connection: string): { readonly apiUrl: string; readonly lane: string };
}

/** Always the one address of a target whose clients are not spread. */
export function spreadOver(
  { nodes, websocketUrl, apiUrl }: Pick<OpenTarget, "nodes" | "websocketUrl" | "apiUrl">,
): Spread {
  let connections = 0;
  let calls = 1;
  return {
    nextWebsocketUrl: () => nodes?.[connections++ % nodes.length]?.websocketUrl ?? websocketUrl,
    nextApi(connection) {
      if (nodes === undefined) return { apiUrl, lane: connection };
      const at = calls++ % nodes.length;
      return { apiUrl: nodes[at]?.apiUrl ?? apiUrl, lane: `${connection} of node ${at + 1}` };
    },
  };
}
