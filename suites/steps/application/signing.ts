/** Whom the application signs for: for channels, and for who somebody is. */
import { z } from "zod";
import type { Answer } from "../../language/application.ts";
import type { Client } from "../../client/client.ts";
import { quote } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { fill } from "../../language/variables.ts";
import { mismatch } from "../../language/matcher.ts";
import {
  clientVerb,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { exchangeIn, type Expecting, expecting, judgeAnswer, perform } from "./acting.ts";

const asksToHear = z.strictObject({
  asksToHear: z.string().describe(
    "a channel, or lot, sale, order or encrypted; everything: each of the application file's hearers",
  ),
  of: z.string().optional().describe("the id of the lot, sale or order, or of somebody else"),
  lot: z.string().optional().describe("of everything: the lot that $lot stands for"),
  sale: z.string().optional().describe("of everything: the sale that $sale stands for"),
  socketId: z.string().optional().describe("for another socket than the client's own"),
  answers: z.record(z.string(), z.unknown()).optional().describe(
    "matchers on auth, channelData and sharedSecret",
  ),
  status: z.unknown().optional().describe("a matcher on the HTTP status"),
  as: z.string().optional().describe("keeps the shared secret of the answer under this name"),
  ...expecting,
});

const asksWhoHeIs = z.strictObject({
  asksWhoHeIs: z.null(),
  answers: z.record(z.string(), z.unknown()).optional().describe("matchers on auth and userData"),
  ...expecting,
});

function judgeSigned(
  { answers, status, ...expecting }: Expecting & {
    readonly answers?: Record<string, unknown> | undefined;
    readonly status?: unknown;
  },
  view: View,
): Finding {
  const answered = judgeAnswer(expecting, view);
  if (answered.holds !== true) return answered;
  if (status !== undefined) {
    const { answer } = factsOf<{ answer: Answer<unknown> }>(view);
    const response = exchangeIn(view.events, answer.exchange).find(({ kind }) =>
      kind === "response"
    );
    const wrong = mismatch(response?.kind === "response" ? response.status : 0, status, "status");
    if (wrong !== undefined) return fails(`${wrong}; ${answered.message}`, answered.quotes);
  }
  if (answers === undefined) return answered;
  const { answer } = factsOf<{ answer: { value: unknown } }>(view);
  const wrong = mismatch(answer.value, answers, "the answer");
  return wrong === undefined ? answered : fails(`${wrong}; ${answered.message}`, answered.quotes);
}

/** Asks for every channel that the application file names hearers of. */
async function askForEverything(
  named: Readonly<Record<"other" | "lot" | "sale", string | undefined>>,
  { name, socketId = "1.1" }: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const { hearers } = attempt.application.broadcasts;
  const ids: Record<string, unknown> = { self: attempt.lookup(`${name}.userId`), ...named };
  const role = attempt.lookup(`${name}.role`);
  const asked: Asked[] = [];
  for (const [pattern, roles] of Object.entries(hearers)) {
    const channel = String(fill(pattern, (id) => ids[id]));
    const { exchange, outcome } = await attempt.visitor(name).perform("authorizeChannel", {
      socketId,
      channel,
    });
    asked.push({ channel, may: roles.some((one) => one === role), exchange, outcome });
  }
  return done([], { asked, role });
}

interface Asked {
  readonly channel: string;
  readonly may: boolean;
  readonly exchange: number;
  readonly outcome: Answer<unknown>["outcome"];
}

function judgeEverything(view: View): Finding {
  const { asked, role } = factsOf<{ asked: Asked[]; role: string }>(view);
  const wrong = asked.find(({ may, outcome }) => outcome !== (may ? "accepted" : "refused"));
  if (!wrong) {
    return holds(`${asked.length} channels were signed for a ${role}, or refused, as they should`);
  }
  const exchange = exchangeIn(view.events, wrong.exchange);
  return fails(
    `by the hearers of the application file, ${wrong.channel} is to be ${
      wrong.may ? `signed for a ${role}` : `refused to a ${role}`
    }; ${exchange.map(quote).join(" → ")}`,
    exchange.map(({ seq }) => seq),
  );
}

export const SIGNING: readonly Verb[] = [
  clientVerb({
    name: "asksToHear",
    summary: "Asks the application to sign for a channel.",
    uses: () => ["authorizeChannel"],
    schema: asksToHear,
    run: async ({ asksToHear: what, of, lot, sale, socketId: other, as }, client, attempt) => {
      const { broadcasts } = attempt.application;
      if (what === "everything") {
        return await askForEverything({ other: of, lot, sale }, client, attempt);
      }
      const channel = of !== undefined &&
          (what === "lot" || what === "sale" || what === "order" || what === "encrypted")
        ? broadcasts.channelOf(what, of)
        : what;
      const socketId = other ?? client.socketId ?? "1.1";
      const given = { socketId, channel };
      const answer = await attempt.visitor(client.name).perform("authorizeChannel", given);
      const secret = answer.outcome === "accepted" ? answer.value.sharedSecret : undefined;
      if (as !== undefined && secret !== undefined) attempt.variables.set(as, secret);
      return done([], { operation: "authorizeChannel", answer });
    },
    judge: (params, view) =>
      params.asksToHear === "everything" ? judgeEverything(view) : judgeSigned(params, view),
  }),
  clientVerb({
    name: "asksWhoHeIs",
    summary: "Asks the application to sign for the user himself.",
    uses: () => ["authenticateUser"],
    schema: asksWhoHeIs,
    run: (_told, client, attempt) =>
      perform("authenticateUser", { socketId: client.socketId ?? "1.1" }, client, attempt),
    judge: (params, view) => judgeSigned(params, view),
  }),
];
