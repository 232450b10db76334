/** Publishing to encrypted channels with the master key that a page's application has. */
import { z } from "zod";
import { masterKey } from "../pages/master_key.ts";
import { quote } from "../record/frames.ts";
import { broken, done, storyVerb, type Verb } from "../engine/verb.ts";
import { seal, sharedSecret } from "../wire/sealed.ts";

const publishEncrypted = z.strictObject({
  on: z.string(),
  event: z.string(),
  data: z.unknown(),
  key: z.string().default("main").describe("the name of the master key"),
});

export const ENCRYPTED: readonly Verb[] = [
  storyVerb({
    name: "publishEncrypted",
    summary: "Publishes JSON to an encrypted channel; the story breaks unless it is accepted.",
    schema: publishEncrypted,
    run: async (told, story) => {
      const channel = story.names.of(told.on);
      const secret = sharedSecret(channel, masterKey(told.key));
      const answer = await story.call({
        method: "POST",
        path: "/events",
        body: { name: told.event, channel, data: seal(JSON.stringify(told.data), secret) },
      });
      return answer.kind === "response" && answer.status < 300
        ? done([answer.seq])
        : broken(`the API call was answered with ${quote(answer)}`);
    },
  }),
];
