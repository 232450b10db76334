/** What a new client is told first. */
import { PUSHER_JS_QUERY } from "../../client/query.ts";
import { dial } from "../../wire/socket.ts";
import type { Way } from "../../wire/way.ts";

export type Greeted =
  | { readonly kind: "told"; readonly text: string }
  | { readonly kind: "binary" }
  | { readonly kind: "refused"; readonly status: number; readonly body: string }
  /** Could not be reached, or no WebSocket; `code` is the system's own word for it. */
  | { readonly kind: "failed"; readonly reason: string; readonly code?: string }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  /** Nothing came in time; `opened` where the upgrade had succeeded. */
  | { readonly kind: "silent"; readonly opened: boolean };

/** How long a server may take to answer a close before the connection is reset. */
const CLOSING_MS = 250;

/** Connects as pusher-js does, and resolves when the connection is closed again. */
export function greet(
  { websocketUrl, way }: { readonly websocketUrl: string; readonly way: Way },
  key: string,
  deadlineMs: number,
): Promise<Greeted> {
  return new Promise((resolve) => {
    let opened = false;
    let first: Greeted | undefined;
    let closing: ReturnType<typeof setTimeout> | undefined;
    const settle = (greeted: Greeted) => {
      if (first) return;
      first = greeted;
      clearTimeout(timer);
      if (opened) {
        closing = setTimeout(end, CLOSING_MS);
        socket.close(1000);
      } else end();
    };
    const end = () => {
      clearTimeout(closing);
      socket.reset();
      if (first) resolve(first);
    };
    const timer = setTimeout(() => settle({ kind: "silent", opened }), deadlineMs);
    const query = new URLSearchParams(PUSHER_JS_QUERY);
    const url = `${websocketUrl}/app/${encodeURIComponent(key)}?${query}`;
    const socket = dial(url, { way }, {
      opened: () => opened = true,
      refused: (status, body) => settle({ kind: "refused", status, body }),
      failed: (reason, code) => settle({ kind: "failed", reason, ...(code ? { code } : {}) }),
      text: (text) => settle({ kind: "told", text }),
      binary: () => settle({ kind: "binary" }),
      control: () => {},
      closed: (code, reason) => {
        settle({ kind: "closed", code, reason });
        end();
      },
    });
  });
}
