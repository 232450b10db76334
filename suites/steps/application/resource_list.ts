/** Who finds a declared resource in his list, and who does not. */
import { z } from "zod";
import { valueAt } from "../../applications/answers.ts";
import type { Answer } from "../../language/application.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  clientVerb,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { quote } from "../../record/words.ts";
import { exchangeIn } from "./acting.ts";
import { why } from "./people.ts";
import { givenFor, resourceNamed } from "./resources.ts";

const reads = z.strictObject({
  list: z.string().describe("the resource, by its name in the application file"),
  reads: z.string().describe("its id"),
  shows: z.enum(["it", "nothing"]).default("it").describe(
    "it: the list has it; nothing: the list is refused, or has not",
  ),
});

/** The ids in a list, or nothing where it was refused. */
type Listed = Answer<{ readonly ids: readonly string[] }>;

async function look(
  { list: name, reads: id }: z.output<typeof reads>,
  who: string,
  attempt: Attempt,
): Promise<Outcome> {
  const { list } = resourceNamed(name, attempt);
  const ids = list?.ids;
  if (list === undefined || ids === undefined) {
    throw new Error(`the application has no list of ids of ${name}, yet it was planned`);
  }
  const answer: Listed = await attempt.visitor(who).request(
    list,
    givenFor(who, id, attempt),
    (body) => {
      const found = valueAt(body, ids);
      return Array.isArray(found)
        ? { ids: found.map(String) }
        : `${name}.list promises ids (at "${ids}"), but no list of them is there`;
    },
  );
  return done([], { answer });
}

function judgeLook(
  { list: resource, reads: id, shows }: z.output<typeof reads>,
  view: View,
): Finding {
  const { answer } = factsOf<{ answer: Listed }>(view);
  const exchange = exchangeIn(view.events, answer.exchange);
  const quotes = exchange.map(({ seq }) => seq);
  const seen = exchange.map(quote).join(" → ");
  if (answer.outcome === "unknown" || (shows === "it" && answer.outcome !== "accepted")) {
    return fails(`${resource}.list: ${why(answer)}; ${seen}`, quotes);
  }
  const isThere = answer.outcome === "accepted" && answer.value.ids.includes(id);
  if (isThere === (shows === "it")) return holds(seen, quotes);
  return isThere
    ? fails(
      `${view.who} is shown the ${resource} in a list that should not have it; ${seen}`,
      quotes,
    )
    : fails(`${view.who} does not find the ${resource} in the list; ${seen}`, quotes);
}

export const RESOURCE_LISTS: readonly Verb[] = [
  clientVerb({
    name: "reads",
    form: "list",
    summary: "Reads a list of declared resources, and finds one in it or does not.",
    schema: reads,
    run: (params, { name }, attempt) => look(params, name, attempt),
    judge: judgeLook,
  }),
];
