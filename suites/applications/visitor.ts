/** Somebody who uses the application: cookies of his own, and each operation as the file has it. */
import { CookieJar } from "tough-cookie";
import type { ApplicationFile } from "./file.ts";
import type { CallFile, OperationFile, RequestFile } from "../language/request.ts";
import { LONGEST_TEXT } from "../record/evidence_log.ts";
import { fill } from "../language/variables.ts";
import { isRecord } from "../wire/frame.ts";
import { NEAR_MISS_WORDS, nearly } from "../wire/near_miss.ts";
import { type HttpLane, type HttpResponse, openLane } from "../wire/http.ts";
import { parsed, readAnswers, valueAt } from "./answers.ts";
import { readResource, requestOf } from "./resource_answers.ts";
import { bodyOf } from "./body.ts";
import { outcomeOf, type Sent } from "./outcome.ts";
import { hiding, isTelling, withoutSecrets } from "./hiding.ts";
import type { Answer, RequestSpoiling, Visitor, Witness } from "../language/application.ts";
import type { Answers, Given, OperationName } from "../language/operations.ts";

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
    // What a session is known by is its own, whatever a request calls by the same name.
    const ofSession = (name: string) => known.get(name) ?? find(name);
    const headers: Record<string, string> = {};
    for (const [header, value] of Object.entries({ ...file.session.headers, ...call.headers })) {
      const filled = headerOf(value, header in call.headers ? find : ofSession);
      const sent = filled === null || value !== TOKEN ? filled : spoiltToken(String(filled), spoil);
      if (sent !== null) headers[header] = String(sent);
    }
    const cookies = await jar.getCookieString(new URL(path, origin).href);
    if (cookies !== "") headers.Cookie = cookies;
    const form = spoil === "token missing, as a form" && isRecord(call.json)
      ? call.json
      : call.form;
    const body = bodyOf({ ...call, form }, optional, headers);
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
    takesCookies = true,
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
    for (const cookie of takesCookies ? response.cookies : []) {
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

  /** The requests to make first, and the one itself. */
  async function sendAll(
    said: RequestFile,
    given: Readonly<Record<string, unknown>>,
    deadlineMs: number,
    ...more: [spoil?: RequestSpoiling, takesCookies?: boolean]
  ): Promise<Sent> {
    for (const call of said.before) {
      const before = await send(call, given, deadlineMs);
      if ("why" in before) return before;
    }
    return await send(said, given, deadlineMs, ...more);
  }

  return {
    name,
    hasToken: Object.values(file.session.headers).includes(TOKEN),
    async ask(asked, given) {
      const said = requestOf(file, asked);
      const sent = await sendAll(said, given, witness.deadlineMs);
      return outcomeOf(said, sent, (response) => readResource(file, asked, said, response));
    },
    async request(said, given, read) {
      const sent = await sendAll(said, given, witness.deadlineMs);
      return outcomeOf(said, sent, ({ body }) => {
        const value = read(parsed(body));
        return typeof value === "string" ? { ok: false, why: value } : { ok: true, value };
      });
    },
    async perform<O extends OperationName>(
      operation: O,
      given: Given<O>,
      { deadlineMs = witness.deadlineMs, spoil, takesCookies }: {
        readonly deadlineMs?: number;
        readonly spoil?: RequestSpoiling;
        readonly takesCookies?: boolean;
      } = {},
    ): Promise<Answer<Answers<O>>> {
      const said = operationOf(file, operation);
      const params = inItsWords(file, given);
      const sent = await sendAll(said, params, deadlineMs, spoil, takesCookies);
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
    async inBrowser() {
      const cookies = await jar.getCookies(origin.href);
      return {
        origin: origin.href,
        cookies: cookies.map(({ key, value, httpOnly }) => ({
          name: key,
          value,
          url: origin.href,
          httpOnly,
        })),
      };
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

/** A header with its names filled in; null where one is not known yet: it is left out. */
function headerOf(value: string, find: (name: string) => unknown): unknown {
  let isKnown = true;
  const filled = fill(value, (name) => {
    const found = find(name) ?? null;
    isKnown &&= found !== null;
    return found;
  });
  return isKnown ? filled : null;
}

function spoiltToken(token: string, spoil: RequestSpoiling | undefined): string | null {
  if (spoil?.startsWith("token missing")) return null;
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

/** What the application has said to an operation, in the words of its file. */
function judged<O extends OperationName>(
  operation: O,
  said: OperationFile,
  { words, file }: ApplicationFile,
  sent: Sent,
): Answer<Answers<O>> {
  return outcomeOf(said, sent, (response) => {
    const read = readAnswers(operation, response, said.answers, words);
    // The schema of an operation reads what `Operations` says it answers.
    return read.ok
      ? { ok: true, value: read.value as Answers<O> }
      : { ok: false, why: `${file}: ${read.why}` };
  });
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
