/**
 * Whether a channel is occupied, asked in whatever way the server answers: by GET /channels/X, or by
 * the list of channels where that has no answer for this channel. Which of them it has, and in what
 * form, is for the scenarios about those endpoints to judge (P-263, P-267).
 */
import { z } from "zod";
import { delay } from "@std/async";
import type { Evidence } from "../record/evidence.ts";
import { quote } from "../record/words.ts";
import type { Attempt, Exchange } from "../engine/attempt.ts";
import {
  blocked,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { isRecord, readJson } from "../wire/frame.ts";

const occupancy = z.strictObject({
  of: z.string().describe("the channel"),
  is: z.enum(["occupied", "vacant"]).describe("what the channel must come to be"),
  app: z.string().optional().describe("the app whose channel it is"),
});

const LONGEST_PAUSE_MS = 250;

/** What the answer to GET /channels/X says; `undefined` where it says nothing of it. */
export function occupiedBy(answer: Evidence | undefined): boolean | undefined {
  const body = bodyOf(answer);
  return isRecord(body) && typeof body.occupied === "boolean" ? body.occupied : undefined;
}

/** Whether the answer to GET /channels has the channel; a list without channels may have any shape. */
export function listedBy(answer: Evidence | undefined, channel: string): boolean | undefined {
  const body = bodyOf(answer);
  if (!isRecord(body)) return undefined;
  const { channels } = body;
  if (isRecord(channels)) return Object.hasOwn(channels, channel);
  if (Array.isArray(channels)) {
    return channels.some((one) => one === channel || (isRecord(one) && one.name === channel));
  }
  return channels === null || channels === undefined ? false : undefined;
}

function bodyOf(answer: Evidence | undefined): unknown {
  return answer?.kind === "response" && answer.status === 200 ? readJson(answer.body) : undefined;
}

/**
 * Asks for one channel; where that says nothing, for the channels that begin like it; and where that
 * says nothing either, for all of them.
 */
export async function askOccupancy(
  channel: string,
  attempt: Attempt,
  app = attempt.app,
): Promise<readonly Exchange[]> {
  const ways = [
    { path: `/channels/${channel}` },
    { path: "/channels", query: { filter_by_prefix: channel } },
    { path: "/channels" },
  ];
  const answers: Exchange[] = [];
  for (const way of ways) {
    answers.push(await attempt.call({ method: "GET", ...way, app }));
    if (isOccupied(answers, channel) !== undefined) break;
  }
  return answers;
}

/** What these answers say together: the first that says anything. */
function isOccupied(
  answers: readonly (Evidence | undefined)[],
  channel: string,
): boolean | undefined {
  const [one, ...lists] = answers;
  return occupiedBy(one) ??
    lists.map((list) => listedBy(list, channel)).find((listed) => listed !== undefined);
}

function judge(wished: "occupied" | "vacant", view: View): Finding {
  const channel = String(view.ended.facts?.channel);
  const { took } = view.ended;
  const answers = took.map((seq) => view.events.find((event) => event.seq === seq));
  const said = answers.map((answer) => answer ? quote(answer) : "nothing").join(" · ");
  const occupied = isOccupied(answers, channel);
  if (occupied === undefined) {
    return blocked(`no answer tells whether ${channel} is occupied: ${said}`, took);
  }
  return occupied === (wished === "occupied")
    ? holds(`${channel} is ${wished}: ${said}`, took)
    : fails(`expected ${channel} to be ${wished}; the answer was ${said}`, took);
}

export const OCCUPIED: readonly Verb[] = [
  scenarioVerb({
    name: "occupancy",
    summary:
      "The channel is occupied or vacant, by GET /channels/X or by the list of channels; asked until it is, or the deadline is over.",
    schema: occupancy,
    premises: () => ["P-267", "P-263"],
    run: async ({ of: name, is: wished, app }, attempt) => {
      const channel = attempt.names.of(name);
      const owner = app === undefined ? attempt.app : attempt.appNamed(app);
      const over = performance.now() + attempt.deadlineMs;
      for (let pauseMs = 5;; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        const answers = await askOccupancy(channel, attempt, owner);
        const took = answers.map(({ seq }) => seq);
        if (isOccupied(answers, channel) === (wished === "occupied")) {
          return done(took, { channel });
        }
        if (performance.now() > over) {
          return { ...deadline(`${channel} did not become ${wished}`, took), facts: { channel } };
        }
        await delay(pauseMs);
      }
    },
    judge: ({ is: wished }, view) => judge(wished, view),
  }),
];
