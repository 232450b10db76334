/** Readers that stop reading, so that what is sent to them waits in the target's buffers. */
import { z } from "zod";
import { clientVerb, done, type Verb } from "../engine/verb.ts";

const stopsReading = z.strictObject({ stopsReading: z.null() });
const readsOn = z.strictObject({ readsOn: z.null() });

export const READING: readonly Verb[] = [
  clientVerb({
    name: "stopsReading",
    summary: "Reads no more from its TCP connection, and keeps it open.",
    schema: stopsReading,
    run: (_told, client, attempt) => {
      attempt.log.add({ kind: "fault", what: `${client.socket} stops reading` });
      client.line?.pause();
      return done();
    },
  }),
  clientVerb({
    name: "readsOn",
    summary: "Reads on after it had stopped.",
    schema: readsOn,
    run: (_told, client, attempt) => {
      attempt.log.add({ kind: "fault", what: `${client.socket} reads on` });
      client.line?.resume();
      return done();
    },
  }),
];
