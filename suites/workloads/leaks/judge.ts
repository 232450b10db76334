/** What observers received, searched for what they must not have seen. Pure. */
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isOf } from "../../record/frames.ts";
import { blocked, factsOf, fails, type Finding, holds, type View } from "../../engine/verb.ts";
import { isRecord } from "../../wire/frame.ts";
import { type Canary, type SecretKind, whyNotTelling } from "./canary.ts";
import { internalsIn, type OwnInside } from "./internals.ts";
import { searchFor } from "./search.ts";
import { beginning } from "../../record/beginning.ts";

/** What is looked for: a text, or an amount in the smallest unit. */
export interface Sought {
  readonly what: string;
  readonly kind: SecretKind;
  readonly text?: string | undefined;
  readonly amount?: number | undefined;
}

/** One thing somebody received, as text. */
interface Received {
  readonly text: string;
  readonly seq: number;
  readonly where: string;
}

/** Where somebody asks the server itself over HTTP, without a signature. */
export const unsignedConnection = (who: string) => `${who}@server`;

/** Everything that came to somebody: frames, answers with their headers, what refused a handshake. */
function receivedBy(who: string, events: readonly Evidence[]): Received[] {
  const connections: readonly (string | undefined)[] = [
    `${who}@application`,
    unsignedConnection(who),
  ];
  const own = new Set<number>();
  return events.flatMap((event): Received[] => {
    if (event.kind === "request" && connections.includes(event.connection)) own.add(event.exchange);
    if (event.kind === "response" && own.has(event.exchange)) {
      const headers = Object.entries(event.headers).map(([name, value]) => `${name}: ${value}`);
      const text = [...headers, "", event.body].join("\n");
      return [{ text, seq: event.seq, where: "an answer" }];
    }
    if (!isOf(who, event)) return [];
    if (event.kind === "received" && event.text !== undefined) {
      return [{ text: event.text, seq: event.seq, where: "a frame" }];
    }
    return event.kind === "upgrade-refused"
      ? [{ text: event.body, seq: event.seq, where: "a refused handshake" }]
      : [];
  });
}

/** Texts that let somebody in, and who was shown one: what a step finds while it may still know them. */
export interface Shown {
  readonly who: string;
  readonly where: string;
  readonly seq: number;
}

/** Whoever of the observers was shown one of the texts. The texts themselves are told to nobody. */
export function whoWasShown(
  texts: readonly string[],
  observers: readonly string[],
  events: readonly Evidence[],
): Shown[] {
  const search = searchFor(
    texts.map((text): Canary => ({ kind: "credentials", label: "what lets in", text })),
  );
  return observers.flatMap((who) =>
    receivedBy(who, events)
      .filter(({ text }) => search(text).found.length > 0)
      .map(({ where, seq }) => ({ who, where, seq }))
  );
}

/** What `run` leaves: whose frames and answers are looked at. */
export interface Hidden {
  readonly observers: readonly string[];
}

/** Nobody of the observers has seen it, though somebody told it to the application. */
export function judgeHidden(params: Sought, view: View): Finding {
  const { observers } = factsOf<Hidden>(view);
  const canary: Canary = params.amount === undefined
    ? { kind: params.kind, label: params.what, text: params.text ?? "" }
    : { kind: params.kind, label: params.what, amount: params.amount };
  const vague = whyNotTelling(canary);
  if (vague !== undefined) return blocked(`${params.what} cannot be looked for: ${vague}`);
  const search = searchFor([canary]);
  // What the application was never told it cannot give away.
  const isInside = view.events.some((event) =>
    (event.kind === "request" && search(event.body).found.length > 0) ||
    (event.kind === "response" && search(event.body).found.length > 0)
  );
  if (!isInside) {
    return blocked(`${params.what} is nowhere in what was told to the application`);
  }
  let looked = 0;
  for (const who of observers) {
    const received = receivedBy(who, view.events);
    if (received.length === 0) return blocked(`${who} received nothing`);
    for (const { text, seq, where } of received) {
      looked++;
      const { found, complete } = search(text);
      if (found.length > 0) {
        return fails(`${who} was shown ${params.what} in ${where}: ${around(text)}`, [seq]);
      }
      if (!complete) {
        return blocked(`${where} to ${who} was wrapped so often that not all was read`, [seq]);
      }
    }
  }
  return holds(
    `${params.what} is in none of the ${looked} frames and answers that ${
      observers.join(", ")
    } received`,
  );
}

const around = (text: string) => text.length > 400 ? `${beginning(text, 400)}…` : text;

interface Inside extends Hidden {
  readonly inside?: OwnInside;
}

/** None of the observers has seen the inside. */
export function judgeInside(view: View): Finding {
  const { observers, inside } = factsOf<Inside>(view);
  let looked = 0;
  for (const who of observers) {
    for (const { text, seq, where } of receivedBy(who, view.events)) {
      looked++;
      const [internal] = internalsIn(text, inside);
      if (internal !== undefined) {
        return fails(`${who} was shown ${internal.what} in ${where}: ${internal.quote}`, [seq]);
      }
    }
  }
  return looked === 0
    ? blocked(`${observers.join(", ")} received nothing`)
    : holds(`${looked} frames and answers show nothing of its inside`);
}

interface Shape {
  readonly allowed: readonly string[];
  readonly budgetBytes: number;
}
interface Fields extends Hidden {
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Every path of a payload, lists by their items' paths. */
function pathsOf(value: unknown, prefix = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${prefix}*.`));
  if (!isRecord(value)) return [prefix.replace(/\.$/, "")];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, `${prefix}${key}.`));
}

/** Every event keeps to its list and its budget. */
export function judgeFields(view: View): Finding {
  const { observers, shapes } = factsOf<Fields>(view);
  const seen = new Map<string, Set<string>>();
  for (const event of view.events) {
    const who = observers.find((who) => isOf(who, event));
    const frame = event.kind === "received" && who !== undefined ? frameOf(event) : undefined;
    const shape = frame && shapes[frame.event];
    if (frame === undefined || shape === undefined) continue;
    const paths = pathsOf(frame.decoded);
    const extra = paths.find((path) => !shape.allowed.includes(path));
    if (extra !== undefined) {
      return fails(`${frame.event} carries "${extra}", which its list does not allow`, [event.seq]);
    }
    const data = frame.fields["data"];
    const bytes = new TextEncoder().encode(typeof data === "string" ? data : "").length;
    if (bytes > shape.budgetBytes) {
      return fails(
        `${frame.event} is ${bytes} bytes, and its budget is ${shape.budgetBytes}`,
        [event.seq],
      );
    }
    const key = `${who} ${frame.event}`;
    seen.set(key, new Set([...seen.get(key) ?? [], ...paths]));
  }
  if (seen.size === 0) return blocked(`${observers.join(", ")} received no event`);
  const covered = [...seen].map(([key, paths]) => `${key}: ${[...paths].join(", ")}`);
  const uncovered = observers.flatMap((who) =>
    Object.keys(shapes).filter((event) => !seen.has(`${who} ${event}`)).map((e) => `${who} ${e}`)
  );
  return holds(
    `observer, event, fields — ${covered.join("; ")}${
      uncovered.length === 0 ? "" : `; not seen: ${uncovered.join(", ")}`
    }`,
  );
}
