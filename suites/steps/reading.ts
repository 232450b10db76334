/** Readers that stop reading, so that what is sent to them waits in the target's buffers. */
import { z } from "zod";
import { clientVerb, done, type Verb } from "../engine/verb.ts";

const reading = z.strictObject({
  reading: z.enum(["stops", "goes on"]).describe("from its TCP connection, which stays open"),
});

export const READING: readonly Verb[] = [
  clientVerb({
    name: "reading",
    summary: "Stops reading from its TCP connection, or reads on.",
    schema: reading,
    run: ({ reading }, client, attempt) => {
      const stops = reading === "stops";
      const what = `${client.socket} ${stops ? "stops reading" : "reads on"}`;
      attempt.log.add({ kind: "fault", of: client.socket, what });
      if (stops) client.line?.pause();
      else client.line?.resume();
      return done();
    },
  }),
];
