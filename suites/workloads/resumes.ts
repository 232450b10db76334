/**
 * Delivery between nodes that comes back by itself after a fault: events are published until as many
 * in a row as there are nodes, one through each, have come to everybody. What was published before
 * that may be lost.
 *
 *     - server: { is: partitioned, node: 2 }
 *     - server: { is: healed, node: 2 }
 *     - publish: { on: orders, event: Again, until: [ana, ben], checks: P-332 }
 */
import { z } from "zod";
import { delay } from "@std/async";
import { clientName } from "../language/client_name.ts";
import type { Attempt } from "../engine/attempt.ts";
import { isAccepted } from "../engine/publish.ts";
import { deadline, done, fails, holds, scenarioVerb, type Verb } from "../engine/verb.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { isRecord } from "../wire/frame.ts";

const publishUntil = z.strictObject({
  on: z.string().describe("the channel"),
  event: z.string().describe("the event's name"),
  until: z.array(clientName("a client")).min(1).describe("the clients to whom they must come"),
});

/** The next one is published once this one has come to everybody, or after so long. */
const PACE_MS = 250;
/** A call that is not answered for so long is left to itself; the next ones have a connection of their own. */
const ANSWER_MS = 2000;

/** Which numbers each client has got, as they come. */
function follow(
  clients: readonly string[],
  pattern: { readonly event: string; readonly channel: string },
  attempt: Attempt,
) {
  const got = new Map(clients.map((name) => [name, new Set<number>()]));
  const { events } = attempt.log;
  let next = events.length;
  return {
    /** Whether this number has come to everybody by now. */
    isHeard(n: number): boolean {
      for (; next < events.length; next++) {
        const event = events[next];
        if (event === undefined || !isFrame(event, pattern)) continue;
        const data = frameOf(event)?.decoded;
        const number = isRecord(data) && typeof data.n === "number" ? data.n : 0;
        for (const [name, numbers] of got) if (isOf(name, event)) numbers.add(number);
      }
      return [...got.values()].every((numbers) => numbers.has(n));
    },
  };
}

export const RESUMES: readonly Verb[] = [
  scenarioVerb({
    name: "publish",
    form: "until",
    summary:
      "Publishes events until as many in a row as there are nodes, one through each, have come to these clients, or the deadline is over.",
    schema: publishUntil,
    asks: () => ({ messages: 2 }),
    run: async ({ on, event, until }, attempt) => {
      const channel = attempt.names.of(on);
      const clients = until.flatMap((name) => attempt.clients(name)).map(({ name }) => name);
      const heard = follow(clients, { event, channel }, attempt);
      const wanted = attempt.target.nodes?.length ?? 1;
      const began = performance.now();
      const due = began + attempt.deadlineMs;
      const accepted: boolean[] = [];
      const isWhole = (last: number) =>
        last >= wanted &&
        Array.from({ length: wanted }, (_, back) => last - back)
          .every((n) => accepted[n] === true && heard.isHeard(n));
      let hanging = 0;
      for (let n = 1;; n++) {
        const data = JSON.stringify({ n });
        const body = { name: event, channel, data };
        const from = attempt.log.events.length;
        accepted[n] = false;
        const connection = `until ${hanging}`;
        const answered = attempt.call({ method: "POST", path: "/events", body, connection })
          .then((answer) => {
            accepted[n] = isAccepted(answer);
            return "answered";
          });
        const patience = new AbortController();
        const hangs = delay(ANSWER_MS, { signal: patience.signal }).catch(() => {});
        if (await Promise.race([answered, hangs]) !== "answered") hanging += 1;
        patience.abort();
        await attempt.log.until(() => heard.isHeard(n), { from, deadlineMs: PACE_MS });
        const tookMs = Math.round(performance.now() - began);
        // What came late may complete an earlier row.
        if (accepted.some((_, last) => isWhole(last))) {
          const lateMs = Math.round(performance.now() - due);
          const lost = accepted.filter((isIn, k) => isIn && !heard.isHeard(k)).length;
          return {
            ...done([], { tookMs, published: n, lost }),
            ...(lateMs > 0 ? { lateMs } : {}),
          };
        }
        if (performance.now() > due + attempt.log.patienceMs) {
          return deadline(
            `${n} events were published in ${tookMs} ms, and never ${wanted} came in a row`,
          );
        }
      }
    },
    judge: (_params, { ended: { outcome, detail, facts } }) =>
      outcome === "done"
        ? holds(
          `delivery resumed after ${facts?.tookMs} ms; of ${facts?.published} events, ${facts?.lost} were accepted and did not come to all`,
        )
        : fails(detail ?? "delivery did not resume", [], "delivery did not resume"),
  }),
];
