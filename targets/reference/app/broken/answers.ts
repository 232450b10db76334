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
