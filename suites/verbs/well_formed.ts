/** The form of the frames a target sends, whatever they say. */
import { z } from "zod";
import type { Evidence } from "../engine/evidence.ts";
import { frameOf, quote } from "../engine/frames.ts";
import { mismatch, show } from "../language/matcher.ts";
import {
  clientVerb,
  done,
  fails,
  holds,
  storyVerb,
  untestable,
  type Verb,
} from "../language/verb.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { isOf } from "../engine/frames.ts";

const FORMS = ["text", "one object", "named", "encoded", "encoded answer"] as const;
type Form = typeof FORMS[number];

const everyMessage = z.strictObject({
  everyMessage: z.enum(FORMS).describe(
    "text: in text frames; one object: of JSON; named: with a string event; " +
      "encoded: data that pusher: events carry is a string of JSON; " +
      "encoded answer: so is that of pusher:error and pusher:signin_success",
  ),
});
const sawEach = z.strictObject({
  sawEach: z.string().describe("the event's name"),
  data: z.unknown().describe("a matcher on the data, decoded where it is JSON in a string"),
});

/** Events whose own documentation shows object data, against the rule (ambiguity A2). */
const SHOWN_WITH_OBJECTS = new Set([
  "pusher:error",
  "pusher:signin_success",
  // Documented as the client library's own; servers that send it mean an error.
  "pusher:subscription_error",
]);

/** Empty data in any form: the documents show heartbeats and confirmations with `{}`. */
function isEmpty(data: unknown): boolean {
  return data === undefined || data === null || (isRecord(data) && Object.keys(data).length === 0);
}

/** Why a message is not of this form; `undefined` when it is, or when the form does not concern it. */
function unformed(event: Evidence, form: Form): string | undefined {
  if (event.kind !== "received") return undefined;
  if (form === "text") {
    return event.opcode === "binary" ? `a binary frame of ${event.bytes} bytes` : undefined;
  }
  if (event.opcode !== "text" || event.text === undefined || event.text.length < event.bytes / 4) {
    return undefined;
  }
  const message = readJson(event.text);
  if (form === "one object") return isRecord(message) ? undefined : quote(event);
  if (!isRecord(message)) return undefined;
  if (form === "named") return typeof message.event === "string" ? undefined : quote(event);

  const frame = frameOf(event);
  if (!frame || !/^pusher(_internal)?:/.test(frame.event) || isEmpty(frame.data)) return undefined;
  if (SHOWN_WITH_OBJECTS.has(frame.event) !== (form === "encoded answer")) return undefined;
  return typeof frame.data === "string" && readJson(frame.data) !== undefined
    ? undefined
    : quote(event);
}

const isMessage = (event: Evidence) =>
  event.kind === "received" && (event.opcode === "text" || event.opcode === "binary");

export const WELL_FORMED: readonly Verb[] = [
  storyVerb({
    name: "everyMessage",
    summary: "Every message any client received in this story has this form.",
    schema: everyMessage,
    run: () => done(),
    judge: ({ everyMessage: form }, view) => {
      const messages = view.events.filter(isMessage);
      if (messages.length === 0) return untestable("no message came");
      for (const event of messages) {
        const reason = unformed(event, form);
        if (reason) return fails(`expected every message ${form}; found ${reason}`, [event.seq]);
      }
      return holds(`${messages.length} messages, each ${form}`);
    },
  }),
  clientVerb({
    name: "sawEach",
    summary: "Every event of this name the client has received is as said; at least one came.",
    schema: sawEach,
    run: () => done(),
    judge: (told, view) => {
      const came = view.events.filter((event) =>
        event.kind === "received" && isOf(view.who, event) &&
        frameOf(event)?.event === told.sawEach
      );
      if (came.length === 0) return untestable(`no ${told.sawEach} came`);
      for (const event of came) {
        const reason = mismatch(frameOf(event)?.decoded, told.data, "data");
        if (reason) return fails(`${reason}, in ${quote(event)}`, [event.seq]);
      }
      return holds(`${came.length} times ${told.sawEach}, each with ${show(told.data)}`);
    },
  }),
];
