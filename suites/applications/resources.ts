/** What the schema of resources cannot say: names in a resource that have to be there. */
import type { z } from "zod";
import { didYouMean, position, type Problem, type Source } from "../language/bad_file.ts";
import { isClosed } from "./cast.ts";
import { madeBefore } from "./machine.ts";
import {
  didOf,
  GUEST,
  MAKING,
  OWNER,
  type Resource,
  type Resources,
  resourceSchema,
  type Transition,
} from "../language/resource.ts";

type Complain = (at: readonly PropertyKey[], message: string) => void;

/** Every name that a resource uses and that the file does not have, with its place. */
export function problemsInResources(
  resources: Resources,
  roles: readonly string[],
  source: Source,
): Problem[] {
  const problems: Problem[] = [];
  for (const [name, resource] of Object.entries(resources)) {
    const complain: Complain = (at, message) =>
      problems.push({
        file: source.file,
        ...position(source, ["resources", name, ...at]),
        message,
      });
    problemsIn(resource, [...roles, OWNER, GUEST], complain);
  }
  return problems;
}

function problemsIn(resource: Resource, people: readonly string[], complain: Complain): void {
  const {
    states,
    transitions,
    quantities,
    events,
    feeds,
    page,
    secrets,
    channels,
    create,
    read,
    list,
  } = resource;
  const known = (
    at: readonly PropertyKey[],
    word: string,
    of: string,
    words: readonly string[],
  ) => {
    if (!words.includes(word)) {
      complain(at, `there is no ${of} "${word}".${didYouMean(word, words)}`);
    }
  };
  const knownAll = (
    at: readonly PropertyKey[],
    those: readonly string[],
    of: string,
    words: readonly string[],
  ) => those.forEach((word, index) => known([...at, index], word, of, words));
  known(
    ["create", "by"],
    create.by,
    "role",
    people.filter((one) => one !== OWNER && one !== GUEST),
  );
  if (create.answers.id === undefined) {
    complain(["create"], "create.answers has no id; say where the answer has it");
  }
  if (read.answers.state === undefined) {
    complain(["read"], "read.answers has no state; say where the answer has it");
  }
  knownAll(["read", "by"], read.by, "role", people);
  knownAll(["list", "by"], list?.by ?? [], "role", people);
  if (list?.by !== undefined && list.ids === undefined) {
    complain(["list"], "list.by needs list.ids; say where the answer has the ids");
  }
  for (const quantity of Object.keys(quantities)) {
    if (read.answers[quantity] === undefined) {
      complain(["read"], `read.answers has no ${quantity}; say where the answer has it`);
    }
  }
  for (const [name, { from, to, by, changes, sets }] of Object.entries(transitions)) {
    knownAll(["transitions", name, "from"], from, "state", states);
    if (to !== undefined) known(["transitions", name, "to"], to, "state", states);
    knownAll(
      ["transitions", name, "by"],
      by.filter((who) => didOf(who) === undefined),
      "role",
      people,
    );
    for (const before of by.flatMap((who) => didOf(who) ?? [])) {
      const others = Object.keys(transitions).filter((one) => one !== name);
      known(["transitions", name, "by"], before, "other transition", others);
    }
    if (isInCircle(name, transitions)) {
      complain(
        ["transitions", name, "by"],
        `nobody can be the first: whoDid leads back to ${name}`,
      );
    }
    if (sets !== undefined) {
      const rising = Object.keys(quantities).filter((one) => quantities[one]?.rises !== undefined);
      known(["transitions", name, "sets"], sets, "quantity that rises", rising);
    }
    for (const quantity of Object.keys(changes)) {
      known(["transitions", name, "changes"], quantity, "quantity", Object.keys(quantities));
    }
  }
  for (const [name, { after, channel, id, state, values, making }] of Object.entries(events)) {
    if (isClosed(channel) && channels[channel] === undefined) {
      complain(
        ["events", name, "channel"],
        `say under channels who may hear "${channel}"`,
      );
    }
    knownAll(["events", name, "after"], after, "transition", [...Object.keys(transitions), MAKING]);
    for (const value of Object.keys(values)) {
      known(["events", name, "values", value], value, "answer of read", Object.keys(read.answers));
    }
    const tellsMaking = after.includes(MAKING);
    if (tellsMaking && id === undefined) {
      complain(["events", name], `say under id where the payload has the id of what was made`);
    }
    // Only what it says tells the event of one that was made from those of its transitions.
    const isAmbiguous = making === undefined && (state === undefined ||
      after.some((transition) => transitions[transition]?.to === states[0]));
    if (tellsMaking && after.length > 1 && isAmbiguous) {
      complain(
        ["events", name, "after"],
        `beside transitions, ${MAKING} needs making, or a state and no transition back to ${
          states[0]
        }`,
      );
    }
  }
  for (const name of Object.keys(page?.shows ?? {})) {
    known(["page", "shows", name], name, "answer of read", Object.keys(read.answers));
  }
  for (const [name, { by, after, event }] of Object.entries(feeds)) {
    knownAll(["feeds", name, "by"], by, "role", people);
    knownAll(["feeds", name, "after"], after, "transition", [...Object.keys(transitions), MAKING]);
    if (event) known(["feeds", name, "event", "is"], event.is, "event", Object.keys(events));
  }
  for (const [name, { seenBy }] of Object.entries(secrets)) {
    knownAll(["secrets", name, "seenBy"], seenBy, "role", people);
  }
  for (const [channel, hearers] of Object.entries(channels)) {
    knownAll(["channels", channel], hearers, "role", people);
  }
}

/** Whether whoever may ask for a transition must have made it before. */
function isInCircle(name: string, transitions: Resource["transitions"]): boolean {
  const seen: string[] = [];
  let at: string | undefined = name;
  do {
    seen.push(at);
    const transition: Transition | undefined = transitions[at];
    at = transition && madeBefore(transition);
  } while (at !== undefined && !seen.includes(at));
  return at === name;
}

/** The keys that may stand at a place of a resource, to find the one that was meant. */
export function resourceKeysAt(at: readonly PropertyKey[]): string[] {
  const [, part, name] = at;
  if (part === undefined) return Object.keys(resourceSchema.shape);
  // Named entries are values of a record, everything else stands in the resource itself.
  const shapes: Record<string, z.ZodType> = resourceSchema.shape;
  let schema: unknown = shapes[String(part)];
  if (name !== undefined) schema = valueOf(unwrapped(schema));
  const { shape } = unwrapped(schema) as { shape?: object }; // only objects have one
  return Object.keys(shape ?? {});
}

type Wrapper = { readonly def?: { readonly innerType?: unknown; readonly valueType?: unknown } };

/** A schema without its default or its being optional. */
function unwrapped(schema: unknown): unknown {
  const inner = (schema as Wrapper | undefined)?.def?.innerType; // every zod schema has a def
  return inner === undefined ? schema : unwrapped(inner);
}

const valueOf = (schema: unknown): unknown => (schema as Wrapper).def?.valueType; // a record has one
