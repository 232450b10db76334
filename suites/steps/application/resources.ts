/** What people do with a resource that the application file declares: they make and read one. */
import { z } from "zod";
import type { Answer, ResourceAnswer } from "../../language/application.ts";
import type { Resource } from "../../language/resource.ts";
import { quote } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  clientVerb,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  unfit,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { exchangeIn } from "./acting.ts";

const resource = z.string().describe("the resource, by its name in the application file");
const is = z.enum(["agreed", "refused"]).default("agreed").describe("the answer");
const creates = z.strictObject({
  creates: resource,
  as: z.string().describe("its id"),
  is,
});
const reads = z.strictObject({
  resource,
  reads: z.string().describe("its id"),
  state: z.string().optional().describe("the state it must have"),
  by: z.enum(["read", "list", "catchUp"]).default("read").describe("the request of the file"),
  is: z.enum(["agreed", "refused", "either"]).default("agreed").describe("the answer"),
});

/** The declared resource. Throws where the file has none, since nothing is planned about it. */
export function resourceNamed(name: string, attempt: Attempt): Resource {
  const found = attempt.application.resources[name];
  if (found === undefined) throw new Error(`the application has no ${name}, yet it was planned`);
  return found;
}

/** What requests about a resource may use: its id, its owner's, its secrets, and who asks. */
export function givenFor(
  who: string,
  id: string | undefined,
  attempt: Attempt,
): Record<string, unknown> {
  const secrets = attempt.lookup(`secrets.${id ?? "next"}`);
  return {
    ...(id === undefined
      ? {}
      : { id, owner: attempt.lookup(`${attempt.lookup(`owners.${id}`)}.userId`) }),
    self: attempt.lookup(`${who}.userId`),
    key: `key-${crypto.randomUUID()}`,
    unique: `${who.replace(".", "-")}-${attempt.names.suffix}-${attempt.nextNumber()}`,
    ...(secrets as Record<string, string> | undefined), // as `creates` minted them
  };
}

/** Texts that occur nowhere else, as `secrets.NAME`, for every secret that is minted. */
const minted = ({ secrets }: Resource): Record<string, string> =>
  Object.fromEntries(
    Object.entries(secrets).filter(([, { is }]) => is === "minted")
      .map(([name]) => [`secrets.${name}`, `secret-${crypto.randomUUID()}`]),
  );

async function create(
  { creates: name, as }: z.output<typeof creates>,
  who: string,
  attempt: Attempt,
): Promise<Outcome> {
  const secrets = minted(resourceNamed(name, attempt));
  attempt.variables.set("secrets.next", secrets);
  const given = givenFor(who, undefined, attempt);
  const answer = await attempt.visitor(who).ask({ resource: name, part: "create" }, given);
  if (answer.outcome === "accepted") {
    attempt.variables.set(as, answer.value.id);
    attempt.variables.set(`secrets.${answer.value.id}`, secrets);
    attempt.variables.set(`owners.${answer.value.id}`, who);
  }
  return askedFor(`${name}.create`, answer);
}

export type ResourceReading = Answer<ResourceAnswer>;

/** What a step that made one request leaves behind; `fitted` where the answer was as the file says. */
export const askedFor = (what: string, answer: ResourceReading, more: object = {}): Outcome =>
  done([], {
    asked: what,
    answer,
    fitted: answer.outcome === "accepted" ? [what] : [],
    ...more,
  });

/** What a step leaves for its judge, and for those who ask later what has happened. */
export interface AskedOf {
  readonly asked: string;
  readonly answer: ResourceReading;
  /** The id, of a transition. */
  readonly of?: string;
  readonly before?: ResourceReading;
  readonly after?: ResourceReading;
  readonly resource?: Resource;
  /** What a quantity was asked to be set to. */
  readonly amount?: number;
}

/** A step that could not read a resource, which is to blame rather than what the step is about. */
export const unread = (
  detail: string,
  resource: string,
  answer: { readonly outcome: string },
): Outcome => {
  const { facts, ...rest } = unfit(detail, `${resource}.read`, answer);
  return { ...rest, facts: { ...facts, unread: true } };
};

/** What a step takes for granted that found it so: nothing but that a resource can be read. */
export const unreadPremises = (view: View | undefined): readonly string[] | undefined =>
  view?.ended.facts?.unread === true ? ["APP-410"] : undefined;

/** What a resource that could not be read afterwards accuses: itself, where its answer is no refusal. */
export const failsUnread = (
  message: string,
  quotes: readonly number[],
  resource: string,
  { outcome }: { readonly outcome: string },
): Finding => ({
  ...fails(message, quotes),
  ...(outcome === "unknown" ? { accuses: "APP-410" } : { doubts: `${resource}.read` }),
});

/** Holds an answer against what was expected of it. */
export function judgeAsked(
  is: "agreed" | "refused" | "either",
  { asked, answer }: Pick<AskedOf, "asked" | "answer">,
  view: View,
): Finding {
  const exchange = exchangeIn(view.events, answer.exchange);
  const quotes = exchange.map(({ seq }) => seq);
  const seen = exchange.map(quote).join(" → ");
  if (is === "either" && answer.outcome !== "malformed") return holds(seen, quotes);
  if (answer.outcome === "unknown") return fails(`${asked}: ${answer.why}; ${seen}`, quotes);
  const doubts = { doubts: asked };
  if (is === "either" && answer.outcome === "malformed") {
    return { ...fails(`${answer.why}; ${seen}`, quotes), ...doubts };
  }
  if (is === "refused") {
    return answer.outcome === "refused"
      ? holds(seen, quotes)
      : fails(`expected ${asked} to be refused; ${seen}`, quotes);
  }
  if (answer.outcome === "accepted") return holds(seen, quotes);
  const difference = answer.outcome === "malformed"
    ? answer.why
    : `expected ${asked} to be agreed${answer.unlike ? `: ${answer.unlike}` : ""}`;
  return { ...fails(`${difference}; ${seen}`, quotes), ...doubts };
}

function judgeRead({ is, state }: z.output<typeof reads>, view: View): Finding {
  const facts = factsOf<AskedOf>(view);
  const answered = judgeAsked(is, facts, view);
  const { answer } = facts;
  if (answered.holds !== true || answer.outcome !== "accepted" || state === undefined) {
    return answered;
  }
  return answer.value.state === state ? answered : fails(
    `expected the state ${state}, and ${answer.value.state} was read; ${answered.message}`,
    answered.quotes,
  );
}

export const RESOURCES: readonly Verb[] = [
  clientVerb({
    name: "creates",
    summary: "Makes one of a resource that the application file declares; the client is its owner.",
    schema: creates,
    run: (params, { name }, attempt) => create(params, name, attempt),
    judge: ({ is }, view) => judgeAsked(is, factsOf<AskedOf>(view), view),
  }),
  clientVerb({
    name: "reads",
    form: "resource",
    summary: "Reads a declared resource from the application.",
    schema: reads,
    run: async ({ resource, reads: id, by: part }, { name }, attempt) => {
      const answer = await attempt.visitor(name).ask(
        { resource, part },
        { ...givenFor(name, id, attempt), since: 0 },
      );
      return askedFor(`${resource}.${part}`, answer);
    },
    judge: judgeRead,
  }),
];
