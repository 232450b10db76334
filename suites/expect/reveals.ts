/** What a client must not get to read, wherever in a frame it stands (P-305). */
import { z } from "zod";
import { isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import { blocked, clientVerb, deadline, done, fails, holds, type Verb } from "../engine/verb.ts";
import { fenceSubscription } from "../engine/fence.ts";

const neverReads = z.strictObject({
  neverReads: z.array(z.string().min(4)).min(1).describe("texts that belong to somebody else"),
});

export const REVEALS: readonly Verb[] = [
  clientVerb({
    name: "neverReads",
    summary:
      "None of these texts is in any frame or close reason it received; it must have been told of an error.",
    schema: neverReads,
    run: async (_told, client, attempt) => {
      const fence = await fenceSubscription(attempt, client);
      return fence === "lost" ? deadline("the fence did not come back") : done([], { fence });
    },
    judge: (params, view) => {
      const read = view.events.filter((event) =>
        isOf(view.who, event) && (event.kind === "received" || event.kind === "closed")
      );
      for (const event of read) {
        const text = event.kind === "closed"
          ? event.reason
          : event.kind === "received"
          ? event.text ?? ""
          : "";
        const found = params.neverReads.find((secret) => text.includes(secret));
        if (found !== undefined) {
          return fails(`${view.who} read "${found}" in ${quote(event)}`, [event.seq]);
        }
      }
      const errors = read.filter((event) =>
        event.kind === "closed" || (event.kind === "received" && /error/.test(event.text ?? ""))
      );
      return errors.length > 0
        ? holds(`not in any of ${read.length} frames, ${errors.length} of them errors`)
        : blocked(`${view.who} was told of no error`);
    },
  }),
];
