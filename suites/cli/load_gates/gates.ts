/** What a load must not pass by mistake: targets that are wrong in one way, and the lines that say so. */
import type { Script } from "../../load/testing/scripted_target.ts";

export interface Gate {
  readonly title: string;
  readonly script: Script;
  /** Clients of the load; 10 without it. */
  readonly clients?: number;
  /** What differs in the scenario's clients: YAML within braces. */
  readonly more?: string;
  readonly settle?: string;
  readonly objectives: readonly string[];
  /** Writes the plan and runs it by k6 itself, as docs/load-k6.md does. */
  readonly byPlan?: true;
  readonly right: { readonly exit: number; readonly says: readonly RegExp[] };
}

const SLOW = { fate: () => ({ afterMs: 300 }) };

export const GATES: readonly Gate[] = [
  ...["p75", "p99.99"].map((quantile): Gate => ({
    title: `delivers after 300 ms; a k6 plan wants delivery ${quantile} <= 100ms`,
    script: SLOW,
    objectives: [`delivery ${quantile} <= 100ms`],
    byPlan: true,
    right: { exit: 99, says: [new RegExp(`quantile:${quantile}}' have been crossed`)] },
  })),
  {
    title: "repeats a delivery; a k6 plan wants duplicated == 0",
    script: { fate: (_event, subscriber) => ({ times: subscriber === 0 ? 2 : 1 }) },
    objectives: ["duplicated == 0"],
    byPlan: true,
    right: { exit: 99, says: [/pusher_figure\{scope:run,of:duplicated\}' have been crossed/] },
  },
  {
    title: "refuses one event in five; a k6 plan wants refused == 0",
    script: { answer: (event) => event % 5 === 0 ? { status: 413 } : {} },
    objectives: ["refused == 0"],
    byPlan: true,
    right: { exit: 99, says: [/pusher_figure\{scope:run,of:refused\}' have been crossed/] },
  },
  {
    title: "delivers all of it three seconds late",
    script: { fate: () => ({ afterMs: 3000 }) },
    settle: "1s",
    objectives: ["late == 0"],
    right: {
      exit: 99,
      says: [/0 of 200 expected deliveries/, /✘ late == 0: 200/],
    },
  },
  {
    title: "does not answer two events of three, and delivers none of these",
    script: {
      answer: (event) => event % 3 > 0 ? { status: "none" } : {},
      fate: (event) => ({ times: event % 3 > 0 ? 0 : 1 }),
    },
    settle: "1s",
    objectives: ["delivered >= 100%", "unanswered == 0"],
    right: { exit: 99, says: [/✘ delivered >= 100%: 35% \(70 of 200/, /✘ unanswered == 0: 13/] },
  },
  {
    title: "accepts every event and delivers none",
    script: { fate: () => ({ times: 0 }) },
    settle: "1s",
    objectives: ["duplicated == 0", "reordered == 0", "late == 0"],
    right: {
      exit: 99,
      says: [
        /\? duplicated == 0: not measured/,
        /\? reordered == 0: not measured/,
        /\? late == 0: not measured/,
        /200 of 200 deliveries were lost/,
      ],
    },
  },
  {
    title: "is right, while clients who whisper come and go",
    script: {},
    more: "whisper: { rate: 5/s, bytes: 80 }, visits: { stay: 200ms, away: 100ms }",
    objectives: ["delivered >= 100%"],
    right: { exit: 0, says: [/expected deliveries \(100%\)/] },
  },
  {
    title: "takes 60 connections of 80 and dies",
    script: { diesAt: 60 },
    clients: 80,
    objectives: ["delivered >= 100%"],
    right: {
      exit: 3,
      says: [
        /0 of 80 connections were open at the end, [456]\d at most/,
        /[456]\d connections of 80 were open at most, and none was left after \d+\.\d s: the server hung up/,
        /\d+ clients? did not connect (at|from) .*ECONNREFUSED/i,
        /\? delivered >= 100%: not measured/,
      ],
    },
  },
  {
    title: "turns every client away",
    script: { turnsAway: "Over quota" },
    objectives: ["delivered >= 100%"],
    right: { exit: 3, says: [/no client connected: .*the server closed with 4100 "Over quota"/] },
  },
];
