/** Whether a handshake was answered at all, and did not end in silence. */
import { z } from "zod";
import { isMessage } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import { clientVerb, deadline, done, fails, holds, type Verb } from "../engine/verb.ts";

const isAnswered = z.strictObject({ isAnswered: z.null() });

export const IS_ANSWERED: readonly Verb[] = [
  clientVerb({
    name: "isAnswered",
    summary:
      "The last handshake was answered: by a greeting, a close code, or an HTTP status of 400 to 499.",
    schema: isAnswered,
    run: async (_params, client, attempt) => {
      const answer = await client.until(
        (event) => isMessage(event) || event.kind === "closed" || event.kind === "upgrade-refused",
        attempt.deadlineMs,
        client.since,
      );
      return answer ? done([answer.seq]) : deadline("nothing came");
    },
    judge: (_params, view) => {
      const answer = view.events.find(({ seq }) => seq === view.ended.took[0]);
      if (answer?.kind === "received") return holds(quote(answer), [answer.seq]);
      if (answer?.kind === "upgrade-refused" && answer.status >= 400 && answer.status < 500) {
        return holds(quote(answer), [answer.seq]);
      }
      if (answer?.kind === "closed" && answer.code >= 4000) {
        return holds(quote(answer), [answer.seq]);
      }
      return fails(
        `expected a greeting, a close code or a status of 400 to 499; ${
          answer ? quote(answer) : view.ended.detail
        }`,
        answer ? [answer.seq] : [],
      );
    },
  }),
];
