/**
 * How fast a history is judged: 10,000 bids by 50 clients on one lot, nearly all of the time all of
 * them open; right, and with a bid taken behind another's back; with keys and without; with versions
 * in the answers and without; then with requests that had no answer, and with 200 clients. The last
 * figure of a line is the ratio of its CPU time to the first line's, which does not depend on what
 * else the machine does. `deno task bench:races`.
 */
import { median } from "simple-statistics";
import process from "node:process";
import { overlap } from "./history.ts";
import { judgeHistory } from "./linearizable.ts";
import { lotModel } from "./lot_model.ts";
import {
  type Auction,
  auctionHistory,
  LIVE,
  TERMS,
  withLostUpdate,
} from "./testing/auction_history.ts";

const OPERATIONS = 10_000;
/** Each round judges another history, so that a lucky one does not speak for all. */
const ROUNDS = 5;
const CROWDS = [
  { lines: 50, unanswered: 0 },
  { lines: 50, unanswered: 1 },
  { lines: 200, unanswered: 0 },
];

function measured(auction: Omit<Auction, "seed">, isWrong: boolean) {
  const rounds = Array.from({ length: ROUNDS }, (_, seed) => {
    const right = auctionHistory({ ...auction, seed });
    const history = isWrong ? withLostUpdate(right) : right;
    const began = { wall: performance.now(), busy: process.cpuUsage() };
    const { linearizable } = judgeHistory(history, lotModel(TERMS, LIVE, history));
    const { user, system } = process.cpuUsage(began.busy);
    const took = { wall: performance.now() - began.wall, busy: (user + system) / 1000 };
    if (linearizable === isWrong) throw new Error(`round ${seed} was judged ${linearizable}`);
    return { took, linearizable, beside: (2 * overlap(history)) / OPERATIONS };
  });
  const [times, busy] = [rounds.map(({ took }) => took.wall), rounds.map(({ took }) => took.busy)];
  return {
    judged: rounds.filter(({ linearizable }) => linearizable !== "unknown").length,
    beside: rounds[0]?.beside ?? 0,
    median: median(times),
    busy: median(busy),
    most: Math.max(...times),
  };
}

let first: number | undefined;
for (const { lines, unanswered } of CROWDS) {
  for (const versioned of [true, false]) {
    for (const keyed of [false, true]) {
      for (const isWrong of [false, true]) {
        const auction = {
          operations: OPERATIONS,
          lines,
          duration: 9,
          keyed,
          versioned,
          unanswered,
        };
        const { judged, beside, median, most, busy } = measured(auction, isWrong);
        first ??= busy;
        console.log(
          [
            isWrong ? "wrong" : "right",
            keyed ? "keys   " : "no keys",
            versioned ? "versions   " : "no versions",
            `${lines} clients`.padEnd(11),
            `${unanswered} % unanswered`,
            `${beside.toFixed(0)} open beside each`,
            `${judged} of ${ROUNDS} judged`,
            `median ${median.toFixed(0)} ms`,
            `most ${most.toFixed(0)} ms`,
            `CPU ${busy.toFixed(0)} ms`,
            `× ${(busy / first).toFixed(1)}`,
          ].join("  "),
        );
      }
    }
  }
}
