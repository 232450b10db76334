/** Publishing to encrypted channels with the master key that a page's application has. */
import { z } from "zod";
import { masterKey } from "../pages/master_key.ts";
import { quote } from "../record/words.ts";
import { broken, done, scenarioVerb, type Verb } from "../engine/verb.ts";
import { seal, sharedSecret } from "../wire/sealed.ts";

const publishSealed = z.strictObject({
  on: z.string().describe("an encrypted channel"),
  event: z.string().describe("the event's name"),
  data: z.unknown().describe("what only those with the channel's key may read"),
  sealed: z.string().describe("the name of the master key it is sealed with"),
});

export const ENCRYPTED: readonly Verb[] = [
  scenarioVerb({
    name: "publish",
    form: "sealed",
    summary:
      "Publishes JSON sealed with the channel's key, as the official libraries do; the scenario breaks unless it is accepted.",
    schema: publishSealed,
    asks: () => ({ messages: 1 }),
    run: async (params, attempt) => {
      const channel = attempt.names.of(params.on);
      const secret = sharedSecret(channel, masterKey(params.sealed));
      const answer = await attempt.call({
        method: "POST",
        path: "/events",
        body: { name: params.event, channel, data: seal(JSON.stringify(params.data), secret) },
      });
      return answer.kind === "response" && answer.status < 300
        ? done([answer.seq])
        : broken(`the API call was answered with ${quote(answer)}`);
    },
  }),
];
