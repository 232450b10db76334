import type { EvidenceLog } from "../record/evidence_log.ts";

/**
 * Waits for answers, and no longer once the server has died. A scenario asks ten thousand times, so
 * one reaction to the death serves all: a race for each answer would hold on to every answer.
 */
export function untilDeath({ death }: EvidenceLog): <T>(answer: Promise<T>) => Promise<T> {
  const unanswered = new Set<(reason: Error) => void>();
  let isDead = false;
  void death.then(() => {
    isDead = true;
    for (const reject of unanswered) reject(new Error("the server died"));
  });
  return (answer) =>
    new Promise((resolve, reject) => {
      if (isDead) reject(new Error("the server died"));
      unanswered.add(reject);
      answer.then(resolve, reject).finally(() => unanswered.delete(reject));
    });
}
