/** What the model says about a scenario's evidence. */
import type { Kind } from "../client/premises.ts";

/** One observation that the protocol cannot explain. */
export interface Finding {
  /** The requirement it breaks, for example `P-081`. */
  readonly requirement: string;
  /** A short, stable key of what differs; the same for every run in which it is seen. */
  readonly observation: string;
  /** What was seen and why it cannot be, in one or two sentences. */
  readonly message: string;
  /** Sequence numbers of the events that show it, in order. */
  readonly quotes: readonly number[];
  /** The kind of channel it is about, beside plain ones. */
  readonly kind?: Kind;
}

/** A finding, and the part of the server's state that is open after it. */
export interface Accusation extends Finding {
  /** For example one channel of one app. Later accusations about the same part are consequences. */
  readonly part?: string;
}

/** Takes what a rule accuses the server of. */
export type Accuse = (accusation: Accusation) => void;

/**
 * The findings among the accusations: the first about each part of the server's state, and each
 * observation once.
 */
export function findingsOf(accusations: readonly Accusation[]): Finding[] {
  const parts = new Set<string>();
  const seen = new Set<string>();
  const shownBy = ({ quotes }: Accusation) => quotes.at(-1) ?? Infinity;
  const findings: Finding[] = [];
  for (const accusation of accusations.toSorted((a, b) => shownBy(a) - shownBy(b))) {
    const { part, ...finding } = accusation;
    if (part !== undefined && parts.has(part)) continue;
    if (part !== undefined) parts.add(part);
    const key = `${finding.requirement} ${finding.observation}`;
    if (seen.has(key)) continue;
    seen.add(key);
    findings.push(finding);
  }
  return findings;
}
