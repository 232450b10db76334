/** The HTML around every page: what it is, whose it is, the connection and the bell. */
import type { User } from "../users.ts";

/** What the page is told of itself. */
export interface Said {
  readonly title: string;
  /** What is shown: a channel, or an id. */
  readonly subject: string;
  readonly user: User | undefined;
  readonly key: string;
  /** Where the browser finds the WebSocket server, such as `ws://127.0.0.1:8080`. */
  readonly websocket: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};
const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one);

/** The whole page; `main` is HTML of this application's own. */
export function framed(main: string, { title, subject, user, key, websocket }: Said): string {
  const metas = { subject, user: user?.id ?? "", role: user?.role ?? "", key, websocket };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${
    Object.entries(metas).map(([name, content]) =>
      `<meta name="app:${name}" content="${escaped(content)}">`
    ).join("\n")
  }
<title>${escaped(title)}</title>
<link rel="stylesheet" href="/pages/page.css">
<script src="/pages/app.js" defer></script>
</head>
<body>
<header>
  <a href="/pages">Reference application</a>
  <span class="badge" role="status" x-data="badge" x-bind:data-state="state" x-text="label">Connecting</span>
  <div class="bell" x-data="bell" x-show="isKnown" x-on:keydown.escape.window="shut">
    <button type="button" id="bell" x-bind:aria-label="label" x-bind:aria-expanded="isExpanded" aria-controls="notices" x-on:click="toggle">
      <span aria-hidden="true">Notifications <span id="unread" x-text="unread">0</span></span>
    </button>
    <ul class="notices" id="notices" x-show="open">
      <template x-for="one in notices" x-bind:key="one.id">
        <li><strong x-text="one.title"></strong> <span x-text="one.message"></span>
          <button type="button" x-show="one.status === 'unread'" x-on:click="read(one.id)">Mark as read</button></li>
      </template>
    </ul>
  </div>
</header>
${main}
</body>
</html>
`;
}
