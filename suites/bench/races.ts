/**
 * How fast a history is judged: 10,000 operations by 50 clients on one lot, some of which happened at
 * once, with and without a fault at the end. `deno task bench:races`.
 */
import type { Operation } from "../races/history.ts";
import { judgeHistory } from "../races/linearizable.ts";
import { lotModel } from "../races/model.ts";

const CLIENTS = 50;
const OPERATIONS = 10_000;
const ROUNDS = 5;

/** Fifty clients who bid all the time, each bid open for as long as fifty others take to begin. */
function history(): Operation[] {
  let price = 0;
  return Array.from({ length: OPERATIONS }, (_, at): Operation => {
    const isLow = at % 3 === 2;
    const amount = isLow ? 1 : price += 10;
    const taken = at - Math.floor((at + 1) / 3);
    return {
      who: `client ${at % CLIENTS}`,
      asked: { kind: "bid", amount },
      answered: isLow
        ? { kind: "refused", reason: "too low" }
        : { kind: "agreed", version: taken + 2, bidCount: taken + 1 },
      called: at,
      returned: at + CLIENTS - 0.5,
      quotes: [],
    };
  });
}

const model = lotModel(
  { startingPrice: 10, increment: 10, reserve: 1 },
  { status: "live", price: 0, bidCount: 0, version: 1 },
);
const right = history();
const wrong = right.with(-2, { ...right.at(-2)!, answered: { kind: "agreed", version: 7 } }); // it has that many

for (
  const [title, operations, expected] of [
    ["right", right, true],
    ["wrong at its end", wrong, false],
  ] as const
) {
  const times = Array.from({ length: ROUNDS }, () => {
    const began = performance.now();
    const { linearizable } = judgeHistory(operations, model);
    if (linearizable !== expected) throw new Error(`${title}: judged ${linearizable}`);
    return performance.now() - began;
  }).sort((a, b) => a - b);
  const median = times[Math.floor(ROUNDS / 2)] ?? 0;
  console.log(
    `${title}: ${OPERATIONS} operations by ${CLIENTS} clients in ${
      median.toFixed(0)
    } ms (median of ${ROUNDS}), ` +
      `${Math.round(OPERATIONS / (median / 1000))} operations a second`,
  );
}
