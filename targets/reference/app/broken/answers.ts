/** Applications that decide rightly and answer wrongly, or the other way round: wrong at the edge. */
import type { Replace } from "../application.ts";

// deno-lint-ignore no-explicit-any -- whatever was answered is changed and passed on
type Body = any;

/** Answers another request than the one that came, or something else than what was answered. */
export function answering(
  concerns: RegExp,
  change: (answer: { status: number; body: Body }, request: Request) => {
    status: number;
    body: Body;
  },
): Replace {
  return {
    answer: (right) => async (request) => {
      const answer = await right(request.clone());
      if (!concerns.test(`${request.method} ${new URL(request.url).pathname}`)) return answer;
      const text = await answer.text();
      const body: Body = text === "" ? undefined : JSON.parse(text);
      const changed = change({ status: answer.status, body }, request);
      return Response.json(changed.body ?? null, { status: changed.status });
    },
  };
}

const refusing = (concerns: RegExp): Replace => ({
  answer: (right) => (request) =>
    concerns.test(`${request.method} ${new URL(request.url).pathname}`)
      ? Response.json({ success: false, code: "no", message: "No" }, { status: 403 })
      : right(request),
});

/** Shows what the database has and no answer should. */
const showing = (
  concerns: RegExp,
  name: string,
  sql: string,
): Replace => ({
  answer: (right, { database }) => async (request) => {
    const answer = await right(request.clone());
    if (!concerns.test(`${request.method} ${new URL(request.url).pathname}`)) return answer;
    const body: Body = await answer.json();
    const id = new URL(request.url).pathname.split("/")[2] ?? "";
    const shown = await database.all(sql, id);
    return Response.json({ ...body, [name]: shown }, { status: answer.status });
  },
});

/** The state in an answer, wherever it stands in it. */
const stateIn = (body: Body) => body?.data?.state ?? body?.data;

export const reading = (change: (state: Body) => Body) =>
  answering(/^GET \/(auctions|sales|orders)\//, ({ status, body }) => {
    const state = stateIn(body);
    if (status !== 200 || !state) return { status, body };
    const changed = { ...state, ...change(state) };
    return {
      status,
      body: body.data.state
        ? { data: { ...body.data, state: changed, version: changed.version } }
        : { data: changed },
    };
  });

const telling = (change: (events: Body[], request: Request) => Body[]) =>
  answering(/^GET .*\/changes$/, ({ status, body }, request) => {
    if (status !== 200) return { status, body };
    return { status, body: { data: { ...body.data, events: change(body.data.events, request) } } };
  });

export const ANSWERS: Readonly<Record<string, Replace>> = {
  "agrees-to-everything": answering(
    /^POST \/(auctions|orders|broadcasting)\//,
    ({ status, body }) =>
      status < 300 && body?.success !== false
        ? { status, body }
        : { status: 200, body: { success: true, data: {}, auth: "app-key:0", user_data: "{}" } },
  ),
  "signs-with-201": answering(
    /^POST \/broadcasting\/auth$/,
    ({ status, body }) => ({ status: status === 200 ? 201 : status, body }),
  ),
  "refuses-with-404": answering(
    /^POST \/broadcasting\/auth$/,
    ({ status, body }) => ({ status: status === 403 ? 404 : status, body }),
  ),
  "token-unchecked": {
    answer: (right) => (request) => {
      const token = /XSRF-TOKEN=([^;]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
      if (token === undefined) return right(request);
      const headers = new Headers(request.headers);
      headers.set("x-xsrf-token", decodeURIComponent(token));
      return right(new Request(request, { headers }));
    },
  },
  "token-not-asked-of-forms": {
    answer: (right) => (request) => {
      const token = /XSRF-TOKEN=([^;]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
      const isForm = request.headers.get("content-type")?.includes("form") ?? false;
      if (token === undefined || !isForm) return right(request);
      const headers = new Headers(request.headers);
      headers.set("x-xsrf-token", decodeURIComponent(token));
      return right(new Request(request, { headers }));
    },
  },
  "changes-cut-at-fifty": answering(/\/changes$/, ({ status, body }) => {
    const events = body?.data?.events;
    return Array.isArray(events)
      ? { status, body: { ...body, data: { ...body.data, events: events.slice(0, 50) } } }
      : { status, body };
  }),
  "refusal-forgotten": {
    answer: (right) => {
      const refused = new Set<string>();
      return async (request) => {
        const sent = await request.clone().text();
        const key = /"idempotency_key":"([^"]*)"/.exec(sent)?.[1];
        if (key !== undefined && refused.has(`${request.url} ${key}`)) {
          return Response.json({ code: "failed", message: "The application failed" }, {
            status: 500,
          });
        }
        const answer = await right(request);
        if (key !== undefined && answer.status === 422) refused.add(`${request.url} ${key}`);
        return answer;
      };
    },
  },
  "quiet-since-the-start": {
    answer: (right, { database }) => async (request) => {
      const lot = /\/auctions\/([^/]+)\/bids$/.exec(request.url)?.[1];
      if (lot === undefined) return await right(request);
      const [before] = await database.all("SELECT quiet_since FROM lots WHERE id = ?", lot);
      const answer = await right(request);
      const since = before?.["quiet_since"] ?? null;
      await database.all("UPDATE lots SET quiet_since = ? WHERE id = ?", since, lot);
      return answer;
    },
  },
  "officers-never-suspended": {
    answer: (right, { database }) => async (request) => {
      if (/\/auctions\/[^/]+\/(start|close)$/.test(request.url)) {
        await database.all("UPDATE users SET suspended = 0 WHERE role = 'officer'");
      }
      return await right(request);
    },
  },
  "notes-of-delivered-orders-told": showing(
    /^GET \/orders\/[^/]+$/,
    "more",
    "SELECT notes FROM orders WHERE id = ? AND status = 'delivered'",
  ),
  "reserve-told-before-the-start": showing(
    /^GET \/auctions\/[^/]+$/,
    "more",
    "SELECT reserve FROM lots WHERE id = ? AND status = 'pending'",
  ),
  "keys-cut-to-eight": {
    answer: (right) => async (request) => {
      if (!request.url.endsWith("/bids")) return await right(request);
      const sent = await request.clone().text();
      const body = sent.replace(/("idempotency_key":"[^"]{8})[^"]*/, "$1");
      return await right(new Request(request, { body }));
    },
  },
  "logged-out-let-in": {
    answer: (right) => (request) =>
      request.url.endsWith("/logout") ? new Response(null, { status: 204 }) : right(request),
  },
  "any-password-taken": {
    answer: (right, { database }) => async (request) => {
      const answer = await right(request.clone());
      if (!request.url.endsWith("/login") || answer.status !== 422) return answer;
      const { email } = await request.json();
      const [known] = await database.all("SELECT id FROM users WHERE email = ?", email);
      return known ? new Response(null, { status: 204 }) : answer;
    },
  },
  "maker-told": {
    answer: (right) => (request) => {
      const headers = new Headers(request.headers);
      headers.delete("x-socket-id");
      return right(new Request(request, { headers }));
    },
  },
  "fails-at-what-is-wrong": answering(
    /^(GET|POST) \/(auctions|orders|sales)\//,
    ({ status, body }) => ({
      status: status === 404 || body?.code === "invalid" ? 500 : status,
      body,
    }),
  ),
  "silent-refusals": {
    answer: (right) => async (request) => {
      const answer = await right(request);
      const text = await answer.clone().text();
      const isRefusal = answer.status >= 400 || text.includes('"success":false');
      return isRefusal ? Response.json({ success: false }, { status: answer.status }) : answer;
    },
  },
  "won-by-nobody": reading((state) => ({ ...state, won: undefined })),
  "won-by-everybody": reading((state) => state.status === "sold" ? { won: true } : {}),
  "won-too-early": reading((state) => state.bidder ? { won: true } : {}),
  "closed-too-early": {
    answer: (right) => async (request) => {
      if (!request.url.endsWith("/testing/sales")) return await right(request);
      const { close_after_ms: _, ...sale } = await request.json();
      return await right(
        new Request(request.url, {
          method: "POST",
          headers: request.headers,
          body: JSON.stringify(sale),
        }),
      );
    },
  },
  "orders-readable-by-all": answering(
    /^GET \/orders\//,
    ({ status, body }) =>
      status === 200 ? { status, body } : {
        status: 200,
        body: { data: { id: "x", status: "pending", version: 0, updated_at: "" } },
      },
  ),
  "orders-readable-by-nobody": refusing(/^GET \/orders\/[^/]+$/),
  "logins-refused": refusing(/^POST \/login$/),
  "bids-refused": refusing(/^POST .*\/bids$/),
  "starts-refused": refusing(/^POST .*\/start$/),
  "closes-refused": refusing(/^POST .*\/close$/),
  "moves-refused": refusing(/^POST .*\/transitions$/),
  "signs-for-nobody": refusing(/^POST \/broadcasting\/auth$/),
  "users-unsigned": refusing(/^POST \/broadcasting\/user-auth$/),
  "bidders-shown": showing(
    /^GET \/auctions\/[^/]+$/,
    "bidders",
    "SELECT users.id, name, email FROM users JOIN bids ON user_id = users.id WHERE lot_id = ?",
  ),
  "session-shown": showing(
    /^GET \/(auctions|orders)\/[^/]+$/,
    "seen_by",
    "SELECT id FROM sessions WHERE ? <> ''",
  ),
  "password-shown": showing(
    /^GET \/auctions\/[^/]+$/,
    "bidders",
    "SELECT password FROM users JOIN bids ON user_id = users.id WHERE lot_id = ?",
  ),
  "notes-shown": showing(
    /^GET \/(auctions|orders)\/[^/]+$/,
    "orders",
    "SELECT notes FROM orders WHERE id = ? OR 1 = 1",
  ),
  "customer-in-refusal": showing(
    /^GET \/orders\/[^/]+$/,
    "belongs_to",
    "SELECT customer_id FROM orders WHERE id = ?",
  ),
  "sql-in-refusals": answering(
    /^(GET|POST) \/(auctions|orders|sales)\//,
    ({ status, body }) => ({
      status,
      body: status < 400 ? body : {
        ...body,
        message: 'SQLSTATE[42703]: column "sold" does not exist: SELECT * FROM lots WHERE id = 1',
      },
    }),
  ),
  "no-shared-secret": answering(
    /^POST \/broadcasting\/auth$/,
    ({ status, body: { shared_secret: _, ...body } }) => ({ status, body }),
  ),
  "reads-ahead": reading(({ version, bid_count, status }) => ({
    version: version + 1,
    bid_count: (bid_count ?? 0) + 1,
    status: status === "sold" ? "unsold" : status,
  })),
  "changes-untold": telling(() => []),
  "changes-told-from-the-start": telling((events, request) => {
    const since = Number(new URL(request.url).searchParams.get("since"));
    const earlier = Array.from({ length: since }, (_, at) => ({ version: at + 1 }));
    return [...earlier, ...events];
  }),
};
