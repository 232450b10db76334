/** Whether the secrets of a declared resource reached anybody who may not see them. */
import { z } from "zod";
import { clientName } from "../../language/client_name.ts";
import { OWNER } from "../../language/resource.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  done,
  factsOf,
  type Finding,
  holds,
  type Outcome,
  scenarioVerb,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { resourceNamed } from "../../steps/application/resources.ts";
import { judgeHidden } from "../leaks/judge.ts";

const hides = z.strictObject({
  resource: z.string().describe("the resource, by its name in the application file"),
  secretsOf: z.string().describe("its id"),
  from: z.array(clientName("a client")).min(1).describe(
    "clients; each must see no secret that is not his",
  ),
});

/** One secret, and the clients who may not see it. */
interface Kept {
  readonly name: string;
  readonly text: string;
  readonly observers: readonly string[];
}

function run(
  { resource: name, secretsOf: id, from }: z.output<typeof hides>,
  attempt: Attempt,
): Outcome {
  const owner = String(attempt.lookup(`owners.${id}`));
  const minted = attempt.lookup(`secrets.${id}`) as Record<string, string>; // as `creates` wrote it
  const { secrets } = resourceNamed(name, attempt);
  const kept = Object.entries(secrets).map(([secret, { is, seenBy }]): Kept => {
    const text = is === "minted" ? minted[`secrets.${secret}`] : attempt.lookup(`${owner}.${is}`);
    const may = (who: string) =>
      seenBy.includes(String(attempt.lookup(`${who}.role`))) ||
      // His own name and address are no secret to him, nor is what he has written.
      (who === owner && (is !== "minted" || seenBy.includes(OWNER)));
    return { name: secret, text: String(text), observers: from.filter((who) => !may(who)) };
  });
  return done([], { kept: kept.filter(({ observers }) => observers.length > 0) });
}

function judge({ resource: name }: z.output<typeof hides>, view: View): Finding {
  const { kept } = factsOf<{ kept: readonly Kept[] }>(view);
  const messages: string[] = [];
  for (const { name: secret, text, observers } of kept) {
    const facts = { observers };
    const finding = judgeHidden(
      { what: `the ${secret} of the ${name}`, kind: "notes", text },
      { ...view, ended: { ...view.ended, facts } },
    );
    if (finding.holds !== true) return finding;
    messages.push(finding.message);
  }
  return holds(messages.join("; "));
}

export const RESOURCE_SECRETS: readonly Verb[] = [
  scenarioVerb({
    name: "hides",
    form: "resource",
    summary:
      "None of these has seen a secret of a declared resource that its file lets only others see.",
    schema: hides,
    run,
    judge,
  }),
];
