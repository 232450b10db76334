/**
 * Questions whose answers have a place among the news. One that got no answer is asked again when
 * Redis is back, for asking twice changes nothing; one that waits too long fails.
 */
import { Unavailable } from "../state.ts";
import type { Arguments, Membership } from "./membership.ts";
import { UNKNOWN_NODE } from "./script.ts";

/** Longest that a client waits for a Redis that is gone. */
const PATIENCE_MS = 5000;

export interface Question {
  readonly op: string;
  /** Read each time that it is asked. */
  readonly args: (inbox: string, question: string) => Arguments;
  /** Called in the tick in which the answer comes, before any later news. */
  readonly then: (answer: readonly unknown[]) => void;
  /** `Unavailable`: whether it was done is not known. */
  readonly failed: (reason: Unavailable) => void;
}

export interface Questions {
  ask(question: Question): void;
  /** Asks all that have no answer once more. */
  again(): void;
  answer(question: string, answer: readonly unknown[]): void;
  stop(): void;
}

export function createQuestions(membership: () => Membership, inbox: string): Questions {
  const waiting = new Map<string, { question: Question; overdue: ReturnType<typeof setTimeout> }>();
  let asked = 0;

  function put(id: string, { op, args }: Question): void {
    membership().run(op, args(inbox, id)).then(
      (outcome) => outcome === UNKNOWN_NODE ? membership().join() : undefined,
      () => {}, // it is asked again
    );
  }

  return {
    ask(question) {
      const id = String(asked++);
      const overdue = setTimeout(() => {
        waiting.delete(id);
        question.failed(new Unavailable("Redis does not answer"));
      }, PATIENCE_MS);
      waiting.set(id, { question, overdue });
      put(id, question);
    },
    again() {
      for (const [id, { question }] of waiting) put(id, question);
    },
    answer(id, answer) {
      const found = waiting.get(id);
      if (found === undefined) return;
      waiting.delete(id);
      clearTimeout(found.overdue);
      found.question.then(answer);
    },
    stop() {
      for (const { overdue } of waiting.values()) clearTimeout(overdue);
      waiting.clear();
    },
  };
}
