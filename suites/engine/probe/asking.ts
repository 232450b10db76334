/** What all questions of a probe share, and how many clients they may connect at once. */
import type { EvidenceLog } from "../../record/evidence_log.ts";
import type { HttpLane } from "../../wire/http.ts";
import type { Names } from "../names.ts";
import type { OpenTarget } from "../open_target.ts";

export interface Asking {
  readonly target: OpenTarget;
  readonly log: EvidenceLog;
  readonly names: Names;
  readonly lane: HttpLane;
  readonly room: Room;
  /** Pairs the two halves of an exchange in the evidence. */
  nextExchange(): number;
  /** Names the probe's clients apart. */
  nextClient(): number;
}

/** Clients that may be connected at the same time. */
export interface Room {
  /** Runs `use` as soon as so many more may connect; `undefined` where so many never may. */
  take<T>(clients: number, use: () => Promise<T>): Promise<T | undefined>;
}

/** Room for so many clients; who comes first is served first. */
export function roomFor(most: number): Room {
  let free = most;
  const waiting: { readonly clients: number; readonly go: () => void }[] = [];
  const admit = () => {
    for (let next = waiting[0]; next && next.clients <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.clients;
      next.go();
    }
  };
  return {
    async take(clients, use) {
      if (clients > most) return undefined;
      await new Promise<void>((go) => {
        waiting.push({ clients, go });
        admit();
      });
      try {
        return await use();
      } finally {
        free += clients;
        admit();
      }
    },
  };
}
