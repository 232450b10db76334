/** Publishing to encrypted channels with the master key that a page's application has. */
import { z } from "zod";
import { masterKey } from "../pages/master_key.ts";
import { quote } from "../record/frames.ts";
import { broken, done, scenarioVerb, type Verb } from "../engine/verb.ts";
import { seal, sharedSecret } from "../wire/sealed.ts";

const publishEncrypted = z.strictObject({
  on: z.string(),
  event: z.string(),
  data: z.unknown(),
  key: z.string().default("main").describe("the name of the master key"),
});

export const ENCRYPTED: readonly Verb[] = [
  scenarioVerb({
    name: "publishEncrypted",
    summary: "Publishes JSON to an encrypted channel; the scenario breaks unless it is accepted.",
    schema: publishEncrypted,
    run: async (params, attempt) => {
      const channel = attempt.names.of(params.on);
      const secret = sharedSecret(channel, masterKey(params.key));
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
