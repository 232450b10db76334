/**
 * Who received which event of an application, with which fields, as the leak suite's scenarios have
 * it. What nobody received is there as well: a field that was not seen was not searched.
 */
import type { Evidence } from "../../suites/record/evidence.ts";
import { frameOf, isOf } from "../../suites/record/frames.ts";
import { isRecord } from "../../suites/wire/frame.ts";
import type { RunView } from "../../suites/record/check/read.ts";

export interface Coverage {
  readonly scenario: string;
  readonly observers: readonly string[];
  /** By the event's name on the wire, in the order of the application file. */
  readonly events: readonly {
    readonly event: string;
    /** The fields each observer received, by his name; none without the event. */
    readonly fields: Readonly<Record<string, readonly string[]>>;
  }[];
}

/** One for each scenario that has looked at what observers received. */
export function coverageOf({ cases }: RunView): Coverage[] {
  return cases.flatMap(({ attempt, evidence }) => {
    const looked = evidence.flatMap(lookedAt).at(-1);
    if (looked === undefined) return [];
    const { observers, events } = looked;
    return [{
      scenario: attempt.id,
      observers,
      events: events.map((event) => ({
        event,
        fields: Object.fromEntries(
          observers.map((who) => [who, fieldsOf(evidence, who, event)]),
        ),
      })),
    }];
  });
}

function lookedAt(event: Evidence) {
  if (event.kind !== "step-end" || !isRecord(event.facts?.shapes)) return [];
  const { observers, shapes } = event.facts;
  if (!Array.isArray(observers)) return [];
  return [{ observers: observers.map(String), events: Object.keys(shapes) }];
}

function fieldsOf(evidence: readonly Evidence[], who: string, name: string): string[] {
  const fields = new Set<string>();
  for (const event of evidence) {
    const frame = event.kind === "received" && isOf(who, event) ? frameOf(event) : undefined;
    if (frame?.event !== name || !isRecord(frame.decoded)) continue;
    for (const field of Object.keys(frame.decoded)) fields.add(field);
  }
  return [...fields];
}
