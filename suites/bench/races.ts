/**
 * How fast a history is judged: 10,000 bids by 50 clients on one lot, nearly all of the time all of
 * them open, right and with a bid taken behind another's back, with keys and without, with versions
 * in the answers and without, and with requests that had no answer. The last figure of a line is the
 * ratio to the first line of the same run. `deno task bench:races`.
 */
import { overlap } from "../races/history.ts";
import { judgeHistory } from "../races/linearizable.ts";
import { lotModel } from "../races/lot_model.ts";
import { auctionHistory, LIVE, TERMS, withLostUpdate } from "../races/testing/auction_history.ts";

const LINES = 50;
const OPERATIONS = 10_000;
/** Each round judges another history, so that a lucky one does not speak for all. */
const ROUNDS = 5;

let first: number | undefined;
for (const unanswered of [0, 1]) {
  for (const versioned of [true, false]) {
    for (const keyed of [false, true]) {
      for (const wrong of [false, true]) {
        const rounds = Array.from({ length: ROUNDS }, (_, seed) => {
          const right = auctionHistory({
            operations: OPERATIONS,
            lines: LINES,
            duration: 9,
            keyed,
            versioned,
            unanswered,
            seed,
          });
          const history = wrong ? withLostUpdate(right) : right;
          const began = performance.now();
          const { linearizable } = judgeHistory(history, lotModel(TERMS, LIVE, history));
          const took = performance.now() - began;
          return { took, is: linearizable, pairs: overlap(history) };
        });
        const times = rounds.map(({ took }) => took).sort((a, b) => a - b);
        const median = times[Math.floor(ROUNDS / 2)] ?? 0;
        first ??= median;
        const judged = rounds.filter(({ is }) => is === !wrong).length;
        const mistaken = rounds.filter(({ is }) => is === wrong).length;
        if (mistaken > 0) throw new Error(`${mistaken} of ${ROUNDS} were judged wrongly`);
        console.log(
          [
            wrong ? "wrong" : "right",
            keyed ? "keys   " : "no keys",
            versioned ? "versions   " : "no versions",
            `${unanswered} % unanswered`,
            `${judged} of ${ROUNDS} judged`,
            `median ${median.toFixed(0).padStart(5)} ms`,
            `most ${(times.at(-1) ?? 0).toFixed(0).padStart(5)} ms`,
            `${Math.round((rounds[0]?.pairs ?? 0) / OPERATIONS)} open beside each`,
            `× ${(median / first).toFixed(1)}`,
          ].join("  "),
        );
      }
    }
  }
}
