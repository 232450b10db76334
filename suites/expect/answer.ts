/** What the HTTP API answered. */
import { z } from "zod";
import type { EvidenceOf } from "../record/evidence.ts";
import { isErrorAsSuccess } from "../record/observation.ts";
import { quote } from "../record/words.ts";
import { calling, isPlain, publishing } from "../client/premises.ts";
import { TOO_MANY } from "../engine/second_chance.ts";
import { mismatch, show } from "../language/matcher.ts";
import {
  blocked,
  broken,
  done,
  fails,
  type Finding,
  holds,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { isRecord, readJson } from "../wire/frame.ts";

const answer = z.strictObject({
  of: z.string().optional().describe("which answer; the last one without it"),
  status: z.unknown().optional().describe(
    "a matcher on the status; 4xx stands for any from 400 to 499, and refused for those and for any other whose body speaks of an error",
  ),
  body: z.unknown().optional().describe("a matcher on the body, decoded where it is JSON"),
  headers: z.unknown().optional().describe("a matcher on the headers, names in lower case"),
});
type Wish = z.infer<typeof answer>;

type Response = EvidenceOf<"response">;

/** Where a request must be refused, whatever status says so. */
const REFUSED = "refused";

/** `4xx` stands for a class of statuses, `refused` for any refusal; anything else is a matcher. */
function badStatus(response: Response, wish: unknown): string | undefined {
  if (wish === undefined) return undefined;
  const { status } = response;
  if (wish === REFUSED) {
    return status < 500 && (status >= 400 || isErrorAsSuccess(response))
      ? undefined
      : `expected a refusal, found ${status}`;
  }
  const classOf = typeof wish === "string" ? /^([1-5])xx$/.exec(wish)?.[1] : undefined;
  const reason = classOf === undefined
    ? mismatch(status, wish, "status")
    : Math.floor(status / 100) === Number(classOf)
    ? undefined
    : `status: expected ${show(wish)}, found ${status}`;
  return reason !== undefined && isErrorAsSuccess(response)
    ? `${reason}, while the body speaks of an error that no library will notice`
    : reason;
}

/** Whether nothing but a refusal is as wished. */
const asksForRefusal = (wish: unknown): boolean =>
  wish === REFUSED || wish === "4xx" || typeof wish === "number" && wish >= 400 && wish < 500;

/** Why this answer is not as wished; `undefined` when it is. */
export function unlike(response: Response, params: Wish): string | undefined {
  const { headers, body } = response;
  return badStatus(response, params.status) ??
    (params.headers === undefined ? undefined : mismatch(headers, params.headers, "headers")) ??
    (params.body === undefined ? undefined : mismatch(readJson(body) ?? body, params.body, "body"));
}

/** Whether a server says this of an endpoint it does not have: not found, not allowed, not implemented. */
export const isAbsent = (status: number): boolean => [404, 405, 501].includes(status);

/** Every request must be authenticated, and is answered 401 otherwise. */
const UNAUTHENTICATED = { status: 401, requirement: "P-216" };

/** What the answer that was wished for stands on: nothing, where a refusal was wished for and came. */
export function premisesOfAnswer(params: Wish, view: View): readonly string[] {
  const asked = requestOf(view);
  const path = asked?.path.replace(/^.*?\/apps\/[^/]+/, "");
  if (!asked || path === undefined) return [];
  const event = view.events.find(({ seq }) => seq === view.ended.took[0]);
  const isRefused = event?.kind === "response" && event.status >= 300;
  const isThere = event?.kind === "response" && !isAbsent(event.status);
  if (isThere && params.status === UNAUTHENTICATED.status) return [UNAUTHENTICATED.requirement];
  if (isRefused && judgeAnswer(params, view).holds === true) return [];
  // Too large, whatever else it is (P-210).
  if (event?.kind === "response" && event.status === 413) {
    return [...calling(asked.method, path), "P-210"];
  }
  // What was taken that should be refused stands on nothing that was taken with it.
  const isTaken = event?.kind === "response" && event.status < 300;
  if (isTaken && asksForRefusal(params.status)) return [];
  if (/^\/batch_events(\?|$)/.test(path)) {
    return [...calling(asked.method, path), ...dataOfBatch(asked.body)];
  }
  const published = /^\/events(\?|$)/.test(path) ? publicationIn(asked.body) : undefined;
  return published ?? calling(asked.method, path);
}

/** What the data in a batch stands on where no parser leaves it as it is. */
function dataOfBatch(text: string): readonly string[] {
  const body = readJson(text);
  const batch: readonly unknown[] = isRecord(body) && Array.isArray(body.batch) ? body.batch : [];
  const isOdd = batch.some((one) =>
    isRecord(one) && typeof one.data === "string" && !isPlain(one.data)
  );
  return isOdd ? ["P-030"] : [];
}

/** What accepting the event in this body stands on, where it is one. */
function publicationIn(text: string): readonly string[] | undefined {
  const body = readJson(text);
  if (!isRecord(body)) return undefined;
  const { name, data, channel, channels, info, socket_id } = body;
  const names = Array.isArray(channels) ? channels : [channel];
  const isEvent = typeof name === "string" && typeof data === "string" &&
    names.every((one) => typeof one === "string");
  return isEvent
    ? publishing({
      channels: names,
      event: name,
      data,
      excludes: socket_id !== undefined,
      asksInfo: info !== undefined,
    })
    : undefined;
}

/** The request whose answer the step took. */
function requestOf(view: View): EvidenceOf<"request"> | undefined {
  const answer = view.events.find((event) => event.seq === view.ended.took[0]);
  if (answer?.kind !== "response" && answer?.kind !== "no-response") return undefined;
  return view.events.find((event): event is EvidenceOf<"request"> =>
    event.kind === "request" && event.exchange === answer.exchange
  );
}

/** Holds the answer that the step took against what it wished for. */
export function judgeAnswer(params: Wish, view: View): Finding {
  const event = view.events.find((event) => event.seq === view.ended.took[0]);
  if (event?.kind !== "response") {
    return fails(event ? quote(event) : "no answer came", event ? [event.seq] : []);
  }
  const request = requestOf(view);
  const quotes = [...(request ? [request.seq] : []), event.seq];
  const reason = unlike(event, params);
  if (reason !== undefined && event.isCut) {
    return blocked(`the answer is too large to be read whole: ${quote(event)}`, quotes);
  }
  const asked = request ? ` to ${request.method} ${request.path.split("?")[0]}` : "";
  // A call that was refused where it should be accepted may owe that to what every call stands on;
  // and whatever was asked of an endpoint that is not there, to its not being there. Where too much
  // was asked, nothing is said of what was asked.
  const accepted = { ...event, status: 200 };
  const isUnmet = isAbsent(event.status) || event.status === TOO_MANY ||
    (event.status >= 300 && badStatus(event, params.status) !== undefined &&
      badStatus(accepted, params.status) === undefined);
  const unmet = isUnmet ? { unmet: true as const } : {};
  if (reason === undefined) return holds(quote(event), quotes);
  // Whether it did what was asked or broke down over it: the door stood open.
  const isOpenDoor = asksForRefusal(params.status) && !isErrorAsSuccess(event) &&
    Math.floor(event.status / 100) !== 4;
  const observation = isOpenDoor ? "not refused" : undefined;
  const message = `${reason}, in the answer${asked}: ${quote(event)}`;
  return { ...unmet, ...fails(message, quotes, observation) };
}

export const ANSWER: readonly Verb[] = [
  scenarioVerb({
    name: "answer",
    summary: "The answer to the last call, or to the one of this name, is as said.",
    schema: answer,
    premises: (params, view) => view ? premisesOfAnswer(params, view) : [],
    run: (params, attempt) => {
      const exchange = attempt.variables.get(params.of ?? "answer");
      const event = attempt.log.events.find((event) =>
        (event.kind === "response" || event.kind === "no-response") && event.exchange === exchange
      );
      return event
        ? done([event.seq])
        : broken(`no call was answered yet${params.of ? ` as ${params.of}` : ""}`);
    },
    judge: judgeAnswer,
  }),
];
