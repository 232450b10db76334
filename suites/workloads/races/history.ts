/**
 * A history: what several people asked of one thing at the same time, when each asked, when each
 * was answered, and what the answer was. The true moment of an operation lies between the two.
 */

import type { Params } from "./model.ts";

/** What was asked of a lot, an order or a declared resource. */
export type Asked =
  | { readonly kind: "start" }
  | { readonly kind: "bid"; readonly amount: number; readonly key?: string }
  | { readonly kind: "close" }
  | { readonly kind: "move"; readonly to: string; readonly key?: string }
  | {
    readonly kind: "transition";
    readonly name: string;
    readonly key?: string;
    /** What a quantity is asked to be set to. */
    readonly amount?: number;
  }
  | { readonly kind: "read" };

/** What was answered; `unknown`: nothing was, so it may have happened, and it may not. */
export type Answered =
  | { readonly kind: "agreed" } & Params
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unknown" };

export interface Operation {
  readonly who: string;
  readonly asked: Asked;
  readonly answered: Answered;
  /** Milliseconds of one clock; an unknown one never returned. */
  readonly called: number;
  readonly returned: number;
  /** The evidence it was read from. */
  readonly quotes: readonly number[];
}

/**
 * Pairs of operations that were open at one moment. What was never answered may never have arrived,
 * and is in no pair.
 */
export function overlap(history: readonly Operation[]): number {
  let pairs = 0;
  const sorted = history.filter(({ returned }) => Number.isFinite(returned))
    .sort((a, b) => a.called - b.called);
  for (const [at, first] of sorted.entries()) {
    for (const second of sorted.slice(at + 1)) {
      if (second.called >= first.returned) break;
      pairs++;
    }
  }
  return pairs;
}

/** An operation as a person would say it. */
export function said({ who, asked, answered }: Operation): string {
  return `${who} ${asking(asked)}: ${answering(answered)}`;
}

function asking(asked: Asked): string {
  const keyed = "key" in asked && asked.key !== undefined ? ` with key ${asked.key}` : "";
  switch (asked.kind) {
    case "start":
      return "starts the lot";
    case "close":
      return "closes the lot";
    case "read":
      return "reads the state";
    case "transition":
      return `asks for ${asked.name}${
        asked.amount === undefined ? "" : ` of ${asked.amount}`
      }${keyed}`;
    case "bid":
      return `bids ${asked.amount}${keyed}`;
    case "move":
      return `moves the order to ${asked.to}${keyed}`;
  }
}

function answering(answered: Answered): string {
  switch (answered.kind) {
    case "unknown":
      return "no answer";
    case "refused":
      return `refused (${answered.reason})`;
    case "agreed": {
      const { version, bidCount, status, price, reserveMet, quantities } = answered;
      const params = Object.entries({
        version,
        "bid count": bidCount,
        status,
        price,
        "reserve met": reserveMet,
        ...quantities,
      })
        .filter(([, value]) => value !== undefined).map(([name, value]) => `${name} ${value}`);
      return params.length === 0 ? "agreed" : `agreed, ${params.join(", ")}`;
    }
  }
}

/** Operations a timeline shows, the last ones. */
const SHOWN = 16;

/**
 * A history as lines of a timeline: when each operation was open, on a scale of its own, and what
 * was said.
 */
export function timeline(all: readonly Operation[]): string {
  const WIDTH = 24;
  const sorted = all.toSorted((a, b) => a.called - b.called);
  const history = sorted.slice(-SHOWN);
  const earlier = sorted.length - history.length;
  const before = earlier === 0 ? "" : `(after ${earlier} operations before these)\n`;
  const begin = Math.min(...history.map(({ called }) => called));
  const ends = history.map(({ returned }) => returned).filter(Number.isFinite);
  const end = Math.max(begin + 0.001, ...ends, ...history.map(({ called }) => called));
  const column = (t: number) => Math.round(((t - begin) / (end - begin)) * (WIDTH - 1));
  return before + history.map((operation) => {
    const from = column(operation.called);
    const to = Number.isFinite(operation.returned) ? column(operation.returned) : WIDTH - 1;
    const bar = `${" ".repeat(from)}${"█".repeat(Math.max(1, to - from + 1))}`.padEnd(WIDTH);
    return `${bar}  ${(operation.called - begin).toFixed(1)} ms  ${said(operation)}`;
  }).join("\n");
}
