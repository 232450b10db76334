/** The application beside the server: it signs for channels, and publishes when it is asked. */
import { parsed, valueAt } from "../../applications/answers.ts";
import { type HttpLane, type HttpResponse, openLane } from "../../wire/http.ts";
import { isRecord } from "../../wire/frame.ts";
import type { Session } from "../engine.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import type { Outcome } from "./ledger.ts";

type Authorize = NonNullable<LoadPlan["clients"][number]["authorize"]>;
type Request = NonNullable<LoadPlan["publishers"][number]["request"]>;

/** What an application signs a subscription with. */
export interface Signature {
  readonly auth: string;
  readonly channel_data?: string;
}

/** When a request counts as unanswered; an event's settling time is longer. */
export const ANSWER_MS = 10_000;
/** Connections that signatures are asked for on; further clients wait for one, and their time counts. */
const SIGNING = 128;
/** Of a refusal, how much is told. */
const BODY_TOLD = 200;

export class Application {
  readonly #lanes = new Map<string, HttpLane>();

  /** `session` is what lets the clients in. */
  constructor(readonly session: Session) {}

  /** Asks for a signature as Laravel Echo does. Rejects with one sentence, in the application's words. */
  async sign(
    { url, headers }: Authorize,
    socketId: string,
    channel: string,
  ): Promise<Signature & { readonly shared_secret?: string }> {
    const form = { "Content-Type": "application/x-www-form-urlencoded", ...headers };
    const body = new URLSearchParams({ socket_id: socketId, channel_name: channel }).toString();
    const { status, body: said } = await this.#post("sign", url, form, body, SIGNING);
    if (status < 200 || status > 299) throw new Error(answerInWords(status, said));
    const json = parsed(said);
    const [auth, data, secret] = ["auth", "channel_data", "shared_secret"].map((name) =>
      isRecord(json) && typeof json[name] === "string" ? json[name] : undefined
    );
    if (auth === undefined) {
      throw new Error(`an answer without "auth": ${answerInWords(status, said)}`);
    }
    return {
      auth,
      ...(data === undefined ? {} : { channel_data: data }),
      ...(secret === undefined ? {} : { shared_secret: secret }),
    };
  }

  /** Asks for one event. Resolves with what became of it, and in whose words where that is no yes. */
  async ask(
    { url, headers, body, accepted }: Request,
    number: number,
    connections: number,
  ): Promise<{ readonly outcome: Outcome; readonly said?: string }> {
    const filled = Object.entries(this.session.words).reduce(
      (text, [name, value]) => text.replaceAll(`\${${name}}`, () => value),
      body.replaceAll("$number", String(number)),
    );
    let answer: HttpResponse;
    try {
      answer = await this.#post("ask", url, headers, filled, connections);
    } catch (error) {
      return { outcome: "unknown", said: error instanceof Error ? error.message : String(error) };
    }
    const { status, body: said } = answer;
    if (agrees(accepted, status, said)) return { outcome: "accepted" };
    return { outcome: status >= 500 ? "unknown" : "refused", said: answerInWords(status, said) };
  }

  #post(
    what: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    connections: number,
  ): Promise<HttpResponse> {
    const { origin, pathname, search } = new URL(url);
    const key = `${what} ${origin}`;
    let lane = this.#lanes.get(key);
    if (!lane) {
      this.#lanes.set(key, lane = openLane(new URL(origin), {}, connections));
    }
    const request = {
      method: "POST",
      target: `${pathname}${search}`,
      headers: { ...headers, ...this.session.headers },
      body,
    };
    return lane.send(request, ANSWER_MS);
  }

  close(): void {
    for (const lane of this.#lanes.values()) lane.close();
  }
}

function agrees({ statuses, where }: Request["accepted"], status: number, body: string): boolean {
  if (!(statuses?.includes(status) ?? (status >= 200 && status <= 299))) return false;
  const wanted = Object.entries(where);
  const json = wanted.length > 0 ? parsed(body) : undefined;
  return wanted.every(([path, value]) =>
    JSON.stringify(valueAt(json, path)) === JSON.stringify(value)
  );
}

const answerInWords = (status: number, body: string) =>
  `HTTP ${status} ${JSON.stringify(body.slice(0, BODY_TOLD))}`;
