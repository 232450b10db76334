/** One row of the requirement catalogue in `scenarios/requirements/`. */
import type { Level } from "./verdict.ts";

/** `P-001`… bind servers and clients of the protocol; `APP-001`… bind applications. */
export const REQUIREMENT_ID = /^(P|APP)-\d{3}$/;
export type RequirementId = `P-${string}` | `APP-${string}`;

/** What a row is counted under; scores are never mixed. `none` is never scored. */
export type Score =
  | "conformance"
  | "compatibility"
  | "robustness"
  | "limits"
  | "clients"
  | "application"
  | "none";

/** A key of a target file that names how long something may take there; past it is failed, not late. */
export type BoundKey = "removesWithin" | "resumesWithin" | "staleness";

export interface Requirement {
  /** Matches `REQUIREMENT_ID`; never renumbered. */
  readonly id: string;
  /** The day on which it joined the catalogue, as YYYY-MM-DD; older records do not say. */
  readonly since?: string;
  readonly level: Level;
  /** E: RFC 2119 keyword in the documents. D: stated there in prose. O: the official libraries depend on it. X: any sane server has it. */
  readonly basis: "E" | "D" | "O" | "X";
  /** S: server, WebSocket side. H: its HTTP API. W: its webhooks. C: client. A: application. */
  readonly roles: readonly ("S" | "H" | "W" | "C" | "A")[];
  readonly score: Score;
  /** The heading it stands under, for example `Presence channels`. */
  readonly section: string;
  readonly statement: string;
  readonly source: string;
  readonly url?: string;
  /** Not settled by the documents: informs, never fails. */
  readonly live: boolean;
  /** Entries of the ambiguity register that touch part of it. */
  readonly ambiguities: readonly string[];
  /** The register touches the whole row: informs, never fails, as a `live` one does. */
  readonly demoted?: boolean;
  /** An opt-in feature it belongs to; not offered by a target that does not claim it. */
  readonly optIn?: string;
  /** How long what it asks for may take, where the documents name a bound; past it is failed, not late. */
  readonly bound?: string;
  /** The key of a target file that names its bound. */
  readonly boundBy?: BoundKey;
  /** Requirements without which it cannot be told: what breaks both is told of them. */
  readonly standsOn?: readonly string[];
  /** Why no scenario judges it, where none does. */
  readonly withoutScenario?: string;
}
