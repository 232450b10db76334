/** Somebody who uses the application: cookies of his own, and each operation as the file has it. */
import { CookieJar } from "tough-cookie";
import type { ApplicationFile, CallFile, OperationFile } from "./file.ts";
import { LONGEST_TEXT } from "../record/evidence_log.ts";
import { fill } from "../language/variables.ts";
import { isRecord } from "../wire/frame.ts";
import { NEAR_MISS_WORDS, nearly } from "../wire/near_miss.ts";
import { type HttpLane, type HttpResponse, openLane } from "../wire/http.ts";
import { parsed, readAnswers, valueAt } from "./answers.ts";
import { hiding, isTelling, withoutSecrets } from "./hiding.ts";
import type {
  Answer,
  Answers,
  Given,
  OperationName,
  RequestSpoiling,
  Visitor,
  Witness,
} from "../language/application.ts";

/** What became of one request. */
type Sent =
  & { readonly exchange: number }
  & (
    | { readonly response: HttpResponse }
    | { readonly why: string }
  );

/** How an application file writes the CSRF token. */
const TOKEN = "$csrf";

export function createVisitor(
  name: string,
  file: ApplicationFile,
  origin: URL,
  witness: Witness,
): Visitor {
  const jar = new CookieJar();
  const known = new Map<string, unknown>();
  const free: HttpLane[] = [];
  const all: HttpLane[] = [];
  const own = `${name}@application`;
  const { log } = witness;

  const takeLane = () => {
    const idle = free.pop();
    if (idle) return idle;
    const opened = openLane(origin);
    all.push(opened);
    return opened;
  };

  /** The values a request may use: what was given, what was taken earlier, what cookies say. */
  async function lookupOf(given: Readonly<Record<string, unknown>>, path: string) {
    const cookies = await jar.getCookies(new URL(path, origin).href);
    const fromCookies = new Map(
      Object.entries(file.session.cookies).map(([name, cookie]) => [
        name,
        decodeCookie(cookies.find(({ key }) => key === cookie)?.value),
      ]),
    );
    return (name: string) => given[name] ?? known.get(name) ?? fromCookies.get(name);
  }

  async function compose(
    call: CallFile,
    given: Readonly<Record<string, unknown>>,
    spoil?: RequestSpoiling,
  ) {
    const [method = "", written = ""] = call.request.split(" ");
    const find = await lookupOf(given, written);
    const path = `${origin.pathname.replace(/\/$/, "")}${
      fill(written, (name) => encodeURIComponent(String(find(name) ?? "")))
    }`;
    const optional = (name: string) => find(name) ?? null;
    const headers: Record<string, string> = {};
    for (const [header, value] of Object.entries({ ...file.session.headers, ...call.headers })) {
      const filled = fill(value, optional);
      const sent = filled === null || value !== TOKEN ? filled : spoiltToken(String(filled), spoil);
      if (sent !== null) headers[header] = String(sent);
    }
    const cookies = await jar.getCookieString(new URL(path, origin).href);
    if (cookies !== "") headers.Cookie = cookies;
    const body = bodyOf(call, optional, headers);
    return {
      method,
      path,
      body: spoil === "body cut short" ? body.slice(0, Math.ceil(body.length / 2)) : body,
      headers,
    };
  }

  async function send(
    call: CallFile,
    given: Readonly<Record<string, unknown>>,
    deadlineMs: number,
    spoil?: RequestSpoiling,
  ): Promise<Sent> {
    const { method, path, body, headers } = await compose(call, given, spoil);
    const exchange = witness.nextExchange();
    const hide = hiding([given.password, ...known.values()]);
    log.add({
      kind: "request",
      exchange,
      connection: own,
      method,
      path: hide(path),
      headers: withoutSecrets(headers),
      body: hide(body).slice(0, LONGEST_TEXT),
    });
    const connection = takeLane();
    let response: HttpResponse;
    const due = performance.now() + deadlineMs;
    try {
      response = await connection.send(
        { method, target: path, headers, body },
        deadlineMs + log.patienceMs,
      );
    } catch (error) {
      // A connection that failed is not used again.
      connection.close();
      const why = error instanceof Error ? error.message : String(error);
      log.add({ kind: "no-response", exchange, reason: why });
      return { exchange, why };
    }
    free.push(connection);
    for (const cookie of response.cookies) {
      await jar.setCookie(cookie, new URL(path, origin).href, { ignoreError: true });
    }
    for (const [name, from] of Object.entries(call.takes)) {
      known.set(
        name,
        "answer" in from
          ? valueAt(parsed(response.body), from.answer)
          : hiddenField(response.body, from.input),
      );
    }
    log.add({
      kind: "response",
      exchange,
      status: response.status,
      headers: withoutSecrets(response.headers),
      body: hiding([given.password, ...known.values()])(response.body).slice(0, LONGEST_TEXT),
    }, performance.now() - due);
    return { exchange, response };
  }

  return {
    name,
    hasToken: Object.values(file.session.headers).includes(TOKEN),
    async perform<O extends OperationName>(
      operation: O,
      given: Given<O>,
      { deadlineMs = witness.deadlineMs, spoil }: {
        readonly deadlineMs?: number;
        readonly spoil?: RequestSpoiling;
      } = {},
    ): Promise<Answer<Answers<O>>> {
      const said = operationOf(file, operation);
      const params = inItsWords(file, given);
      for (const call of said.before) {
        const before = await send(call, params, deadlineMs);
        if ("why" in before) {
          return { outcome: "unknown", why: before.why, exchange: before.exchange };
        }
      }
      const sent = await send(said, params, deadlineMs, spoil);
      return judged(operation, said, file, sent);
    },
    async compose(operation, given) {
      const said = operationOf(file, operation);
      const { path, ...request } = await compose(said, inItsWords(file, given));
      const { status, where } = said.accepted;
      return {
        ...request,
        url: new URL(path, origin).href,
        accepted: { ...(status ? { status } : {}), where },
      };
    },
    async secrets() {
      const cookies = await jar.getCookies(origin.href);
      const values = cookies.flatMap(({ value }) => [value, decodeCookie(value)]);
      return [...new Set([...values, ...known.values()])].filter(isTelling);
    },
    async warmUp(connections) {
      const lanes = Array.from({ length: connections }, takeLane);
      const target = `${origin.pathname.replace(/\/$/, "")}${file.health}`;
      const request = { method: "GET", target, headers: {}, body: "" };
      // Whether it answers well does not matter; that the line is open does.
      await Promise.all(
        lanes.map((lane) => lane.send(request, witness.deadlineMs).catch(() => undefined)),
      );
      free.push(...lanes);
    },
    close: () => {
      for (const lane of all) lane.close();
    },
  };
}

function spoiltToken(token: string, spoil: RequestSpoiling | undefined): string | null {
  if (spoil === "token missing") return null;
  const wrong = NEAR_MISS_WORDS.find((word) => spoil === `token: ${word}`);
  return wrong === undefined ? token : nearly(token, wrong);
}

function operationOf({ operations, file }: ApplicationFile, name: OperationName): OperationFile {
  const said = operations[name];
  if (said === undefined) throw new Error(`${file} has no operation ${name}, yet it was planned`);
  return said;
}

/** The application has words of its own for what an order becomes. */
function inItsWords<O extends OperationName>({ words }: ApplicationFile, given: Given<O>) {
  const ours = Object.entries(words).find(([, word]) => "to" in given && word === given.to);
  return ours === undefined ? given : { ...given, to: ours[0] };
}

/** What the application has said, in the words of its file. */
function judged<O extends OperationName>(
  operation: O,
  { accepted, reason, answers }: OperationFile,
  { words, file }: ApplicationFile,
  sent: Sent,
): Answer<Answers<O>> {
  const { exchange } = sent;
  if ("why" in sent) return { outcome: "unknown", why: sent.why, exchange };
  const { status, body } = sent.response;
  if (status >= 500) return { outcome: "unknown", why: `it answered ${status}`, exchange };
  const json = parsed(body);
  const isListed = accepted.status?.includes(status) ?? (status >= 200 && status < 300);
  const isAgreed = isListed &&
    Object.entries(accepted.where).every(([path, wanted]) =>
      JSON.stringify(valueAt(json, path)) === JSON.stringify(wanted)
    );
  if (!isAgreed) {
    const said = reason === undefined ? undefined : valueAt(json, reason);
    return { outcome: "refused", status, reason: String(said ?? body.slice(0, 200)), exchange };
  }
  const read = readAnswers(operation, body, answers, words);
  // The schema of an operation reads what `Operations` says it answers.
  return read.ok
    ? { outcome: "accepted", value: read.value as Answers<O>, exchange }
    : { outcome: "malformed", why: `${file}: ${read.why}`, exchange };
}

function bodyOf(
  { json, form }: CallFile,
  lookup: (name: string) => unknown,
  headers: Record<string, string>,
): string {
  if (form !== undefined) {
    headers["Content-Type"] = "application/x-www-form-urlencoded";
    const fields = Object.entries(filled(form, lookup) as Record<string, unknown>); // a mapping stays one
    return String(new URLSearchParams(fields.map(([key, value]) => [key, String(value)])));
  }
  if (json === undefined) return "";
  headers["Content-Type"] = "application/json";
  return JSON.stringify(filled(json, lookup));
}

/**
 * A body with its names filled in. `{ each: $lots, as: { … } }` makes one of `as` for each of a
 * list, in which the fields of its items have names.
 */
function filled(value: unknown, lookup: (name: string) => unknown): unknown {
  if (isRecord(value) && "each" in value && "as" in value) {
    const items = fill(value.each, lookup);
    if (!Array.isArray(items)) return [];
    return items.map((item) =>
      filled(value.as, (name) => isRecord(item) && name in item ? item[name] : lookup(name))
    );
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, lookup));
  if (!isRecord(value)) return fill(value, lookup);
  // A field whose value nobody knows, such as a key that was not given, is left out.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, filled(inner, lookup)])
      .filter(([, inner]) => inner !== null),
  );
}

/** Frameworks write cookies percent-encoded; the header wants them as they are meant. */
function decodeCookie(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The value of a hidden field of a form. */
function hiddenField(html: string, name: string): string | undefined {
  const input = html.match(new RegExp(`<input[^>]*name="${RegExp.escape(name)}"[^>]*>`))?.[0];
  return input?.match(/value="([^"]*)"/)?.[1];
}
