/** The form of the frames a target sends, whatever they say. */
import { z } from "zod";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isMessage } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import { mismatch } from "../language/matcher.ts";
import { blocked, deadline, done, fails, holds, scenarioVerb, type Verb } from "../engine/verb.ts";
import { isRecord, readJson } from "../wire/frame.ts";

const FORMS = ["text", "one object", "named", "encoded", "encoded answer"] as const;
type Form = typeof FORMS[number];

const everyForm = z.strictObject({
  is: z.enum(FORMS).describe(
    "text: in text frames; one object: of JSON; named: with a string event; " +
      "encoded: data that pusher: events carry is a string of JSON; " +
      "encoded answer: so is that of pusher:error and pusher:signin_success",
  ),
});
const everyEvent = z.strictObject({
  event: z.string().describe("only messages of this name; one must have come"),
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

export const WELL_FORMED: readonly Verb[] = [
  scenarioVerb({
    name: "everyMessage",
    summary:
      "Every message any client receives in this scenario, before this step and after it, has this form.",
    schema: everyForm,
    run: () => done(),
    judge: ({ is: form }, view) => {
      const messages = view.events.filter(isMessage);
      if (messages.length === 0) return blocked("no message came");
      for (const event of messages) {
        const reason = unformed(event, form);
        if (reason) return fails(`expected every message ${form}; found ${reason}`, [event.seq]);
      }
      return holds(`${messages.length} messages, each ${form}`);
    },
  }),
  scenarioVerb({
    name: "everyMessage",
    form: "data",
    summary: "Every message of this name that any client received in this scenario is as said.",
    schema: everyEvent,
    run: async ({ event: name }, attempt) => {
      // A server may take its time over an error; without one there is nothing to judge.
      const { deadlineMs } = attempt;
      const first = await attempt.log.until((event) => isFrame(event, { event: name }), {
        deadlineMs,
      });
      return first ? done() : deadline(`no ${name} came`);
    },
    judge: ({ event: name, data }, view) => {
      const messages = view.events.filter((event) => isFrame(event, { event: name }));
      if (messages.length === 0) return blocked(`no ${name} came`);
      for (const event of messages) {
        const reason = mismatch(frameOf(event)?.decoded, data, "data");
        if (reason) return fails(`${reason}, in ${quote(event)}`, [event.seq]);
      }
      return holds(
        `${messages.length} times ${name}, each as said`,
        messages.map(({ seq }) => seq),
      );
    },
  }),
];
