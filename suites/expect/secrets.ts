/** What must not be read anywhere: app secrets, other people's signatures, and payloads in logs (P-304). */
import { z } from "zod";
import { encodeBase64 } from "@std/encoding";
import type { Evidence } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import type { Attempt } from "../engine/attempt.ts";
import { broken, done, factsOf, fails, holds, scenarioVerb, type Verb } from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";

const traffic = z.strictObject({
  in: z.literal("traffic").describe("frames, answers and webhooks"),
});
const log = z.strictObject({
  in: z.literal("log").describe("what the scenario's own server has printed; it is stopped"),
  payload: z.string().describe("a text that was published, and must not be printed"),
});

/** Something that must stay where it is; `what` names it without telling it. */
interface Secret {
  readonly what: string;
  readonly text: string;
  /** The client who sent it, and may get it back. */
  readonly of?: string;
}

interface Leak {
  readonly what: string;
  readonly where: string;
  readonly seq?: number;
}

/** App secrets shorter than this would be found in ordinary text. */
const SHORTEST_SECRET = 8;

function appSecrets({ target }: Attempt): Secret[] {
  return Object.values(target.apps).flatMap(({ name, secret }) =>
    secret.length < SHORTEST_SECRET ? [] : [secret, encodeBase64(secret)].map((text) => ({
      what: `the secret of the app "${name}"`,
      text,
    }))
  );
}

const ownerOf = (socket: string) => socket.slice(0, socket.lastIndexOf("#"));

/** The signatures that clients and API calls of the scenario have sent. */
function signatures(events: readonly Evidence[]): Secret[] {
  return events.flatMap((event): Secret[] => {
    if (event.kind === "request") {
      const signature = /auth_signature=([0-9a-f]{64})/.exec(event.path)?.[1];
      return signature ? [{ what: "the signature of an API call", text: signature }] : [];
    }
    const data = event.kind === "sent" ? frameOf(event)?.data : undefined;
    if (event.kind !== "sent" || !isRecord(data) || typeof data.auth !== "string") return [];
    const signature = /:([0-9a-f]{64})$/.exec(data.auth)?.[1];
    const of = ownerOf(event.socket);
    return signature ? [{ what: `the auth of ${of}`, text: signature, of }] : [];
  });
}

/** Everything of an event that the target wrote, as one text; with the client who read it. */
function written(event: Evidence): { readonly text: string; readonly reader?: string } | undefined {
  switch (event.kind) {
    case "received":
      return { text: event.text ?? "", reader: ownerOf(event.socket) };
    case "closed":
      return { text: event.reason, reader: ownerOf(event.socket) };
    case "upgrade-refused":
      return { text: event.body, reader: ownerOf(event.socket) };
    case "response":
      return { text: JSON.stringify(event.headers) + event.body };
    case "webhook":
      return { text: JSON.stringify(event.headers) + event.body };
    default:
      return undefined;
  }
}

/** Every secret found in what the target wrote to anybody but its owner. */
export function leaksIn(events: readonly Evidence[], secrets: readonly Secret[]): Leak[] {
  return events.flatMap((event) => {
    const read = written(event);
    if (!read) return [];
    return secrets.filter(({ text, of }) =>
      read.text.includes(text) && (of === undefined || of !== read.reader)
    ).map(({ what }) => ({
      what,
      where: `a ${event.kind === "received" ? "frame" : event.kind}`,
      seq: event.seq,
    }));
  });
}

function found(leaks: readonly Leak[], clean: string) {
  const [first] = leaks;
  if (!first) return holds(clean);
  const more = leaks.length > 1 ? `, and ${leaks.length - 1} more` : "";
  return fails(
    `${first.what} is in ${first.where}${more}`,
    leaks.flatMap(({ seq }) => seq ?? []),
  );
}

export const SECRETS: readonly Verb[] = [
  scenarioVerb({
    name: "staysSecret",
    bare: "in",
    summary:
      "No frame, answer or webhook of the scenario so far tells an app's secret or somebody else's signature.",
    schema: traffic,
    run: (_told, attempt) => {
      const { events } = attempt.log;
      const secrets = [...appSecrets(attempt), ...signatures(events)];
      return done([], { leaks: leaksIn(events, secrets) });
    },
    judge: (_told, view) => {
      const read = view.events.slice(0, view.end).filter((event) => written(event)).length;
      const { leaks } = factsOf<{ leaks: readonly Leak[] }>(view);
      return found(leaks, `none in ${read} frames, answers and webhooks`);
    },
  }),
  scenarioVerb({
    name: "staysSecret",
    form: "payload",
    summary:
      "Stops the scenario's own server; what it has printed tells no secret, no signature and nothing that was published.",
    schema: log,
    run: async ({ payload }, attempt) => {
      const { server } = attempt.target;
      if (!server) return broken("the server's output is known only where Plumbline started it");
      await server.stop();
      const output = server.output();
      const secrets = [
        ...appSecrets(attempt),
        ...signatures(attempt.log.events),
        { what: "a published payload", text: payload },
      ];
      const leaks = secrets.filter(({ text }) => output.includes(text))
        .map(({ what }) => ({ what, where: "the server's output" }));
      return done([], { leaks, characters: output.length });
    },
    judge: (_told, view) => {
      const { leaks, characters } = factsOf<{ leaks: readonly Leak[]; characters: number }>(view);
      return found(leaks, `none in ${characters} characters`);
    },
  }),
];
