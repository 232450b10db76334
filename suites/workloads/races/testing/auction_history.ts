/** Histories of one lot as a right application would leave them, for the tests and the benchmark. */
import type { Answered, Operation } from "../history.ts";
import type { LotTerms } from "../lot_model.ts";

export interface Auction {
  readonly operations: number;
  /** Lines on which one request follows the other; two lines are one person's. */
  readonly lines: number;
  /** How long a request takes, in the time between two requests of a line: 9 is nearly always. */
  readonly duration: number;
  /** Every other request comes with the key of the one its person has sent before. */
  readonly keyed: boolean;
  /** Whether an answer says which version and how many bids it led to. */
  readonly versioned: boolean;
  /** Requests without an answer, of a hundred; half of them happened. */
  readonly unanswered: number;
  readonly seed: number;
}

export const TERMS: LotTerms = { startingPrice: 100, increment: 10, reserve: 1000 };
export const LIVE = { status: "live", price: 0, bidCount: 0, version: 1 };

interface Request {
  readonly who: string;
  readonly key: string | undefined;
  readonly called: number;
  readonly returned: number;
  /** When it is served. */
  readonly moment: number;
}

/** Numbers from 0 to 1, the same ones for a seed (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

function requestsOf({ operations, lines, duration, keyed }: Auction, random: () => number) {
  const all: Request[] = [];
  const free = Array.from({ length: lines }, () => random() * (1 + duration));
  const lastKeys = new Map<string, number>();
  while (all.length < operations) {
    const line = free.indexOf(Math.min(...free));
    const called = free[line] ?? 0;
    const returned = called + duration * (0.5 + random());
    const who = `person ${line >> 1}`;
    const last = lastKeys.get(who) ?? 0;
    const number = last % 2 === 0 ? last + 1 : random() < 0.9 ? last + 1 : last + 2;
    lastKeys.set(who, number);
    const key = keyed ? `${Math.ceil(number / 2)}` : undefined;
    all.push({ who, key, called, returned, moment: called + random() * (returned - called) });
    free[line] = returned + 0.5 + random();
  }
  return all;
}

/** Bids from clients who know the price more or less, served one at a time, and a read at the end. */
export function auctionHistory(auction: Auction): readonly Operation[] {
  const random = chanceOf(auction.seed);
  let { price, bidCount, version } = LIVE;
  const keys = new Map<string, { readonly amount: number; readonly answered: Answered }>();
  const serve = (request: Request): Operation => {
    const { who, key, called, returned } = request;
    const isUnanswered = random() * 100 < auction.unanswered;
    const isLost = isUnanswered && random() < 0.5;
    const known = key === undefined ? undefined : keys.get(`${who} ${key}`);
    const least = bidCount === 0 ? TERMS.startingPrice : price + TERMS.increment;
    const amount = known?.amount ??
      Math.max(1, least + Math.floor((random() - 0.4) * 5 * TERMS.increment));
    let answered: Answered = { kind: "refused", reason: "below_minimum" };
    if (known !== undefined) answered = known.answered;
    else if (!isLost && amount >= least) {
      [price, bidCount, version] = [amount, bidCount + 1, version + 1];
      answered = auction.versioned ? { kind: "agreed", version, bidCount } : { kind: "agreed" };
    }
    if (key !== undefined && !isLost) keys.set(`${who} ${key}`, { amount, answered });
    return {
      who,
      asked: { kind: "bid", amount, ...(key === undefined ? {} : { key }) },
      answered: isUnanswered ? { kind: "unknown" } : answered,
      called,
      returned: isUnanswered ? Infinity : returned,
      quotes: [],
    };
  };
  const served = requestsOf(auction, random).sort((a, b) => a.moment - b.moment).map(serve);
  const end = Math.max(
    ...served.map(({ called, returned }) => Number.isFinite(returned) ? returned : called),
  );
  const read: Operation = {
    who: "reader",
    asked: { kind: "read" },
    answered: { kind: "agreed", status: "live", price, bidCount, version },
    called: end + 1,
    returned: end + 2,
    quotes: [],
  };
  return [...served, read];
}

/** The same with one thing wrong near the end: a refused bid was taken as well, behind another's back. */
export function withLostUpdate(history: readonly Operation[]): readonly Operation[] {
  const at = history.findLastIndex(({ asked, answered }, at) =>
    at < history.length - 20 && asked.kind === "bid" && answered.kind === "agreed"
  );
  const taken = history[at];
  if (taken?.asked.kind !== "bid") throw new Error("the history has no bid that was taken");
  const { amount } = taken.asked;
  return [...history, { ...taken, who: "somebody else", asked: { kind: "bid", amount } }];
}
