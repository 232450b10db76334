/** Requirements by servers: how each stands on each, and what shows it. */
import type { Requirement } from "../../suites/record/requirement.ts";
import { ACCUSATIONS, type Verdict } from "../../suites/record/verdict.ts";
import type { Report } from "../check/json.ts";
import { type Standing, standingOf } from "../check/scores.ts";

/** One server of the matrix. */
export interface Server {
  /** Tells it apart in links and file names. */
  readonly name: string;
  readonly title: string;
  /** RFC 3339 in UTC. */
  readonly startedAt: string;
  readonly depth: "quick" | "full";
  readonly complete: boolean;
  readonly scores: Report["summary"];
  readonly causes: Report["causes"];
  /** Where its own report is, relative to the matrix; absent where there is none beside its `report.json`. */
  readonly report?: string;
}

export interface Cell {
  readonly standing: Standing;
  /** What shows it, gravest first; the scenarios that judged it where it passed. */
  readonly evidence: readonly Evidence[];
}

export interface Evidence {
  readonly scenario: string;
  readonly verdict: Verdict;
  readonly observation?: string;
  readonly message?: string;
  /** The requirement that kept it from being judged. */
  readonly blockedBy?: string;
}

export interface MatrixRow {
  readonly requirement: Pick<
    Requirement,
    "id" | "level" | "score" | "section" | "statement" | "source" | "url"
  >;
  /** One for each server, in their order. */
  readonly cells: readonly Cell[];
}

export interface Matrix {
  readonly kind: "matrix";
  readonly schemaVersion: 1;
  readonly servers: readonly Server[];
  /** Those that at least one of the servers was asked about, in the catalogue's order. */
  readonly rows: readonly MatrixRow[];
}

/** A report, and where its page is, relative to the matrix. */
export interface Source {
  readonly report: Report;
  readonly page?: string;
}

/** Scenarios that a cell names; the server's own report has all of them. */
const SHOWN = 5;

/** The matrix of these reports, in their order. */
export function matrixOf(sources: readonly Source[], requirements: readonly Requirement[]): Matrix {
  const checks = sources.map(({ report }) => evidenceOf(report));
  const rows = requirements.flatMap((requirement): MatrixRow[] => {
    const cells = sources.map(({ report }, at): Cell => {
      const all = checks[at]?.get(requirement.id) ?? [];
      const claims = new Set(report.target.claims);
      return {
        standing: standingOf(requirement, all.map(({ verdict }) => verdict), claims),
        evidence: telling(all),
      };
    });
    const wasAsked = cells.some(({ standing }) =>
      standing !== "untested" && standing !== "informs"
    );
    if (!wasAsked) return [];
    const { id, level, score, section, statement, source, url } = requirement;
    return [{
      requirement: {
        id,
        level,
        score,
        section,
        statement,
        source,
        ...(url === undefined ? {} : { url }),
      },
      cells,
    }];
  });
  return { kind: "matrix", schemaVersion: 1, servers: serversOf(sources), rows };
}

/** Names that come twice are numbered: two versions of one server are two servers. */
function serversOf(sources: readonly Source[]): Server[] {
  const taken = new Map<string, number>();
  return sources.map(({ report: { target, run, summary, causes }, page }) => {
    const plain = target.name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") ||
      "server";
    const count = (taken.get(plain) ?? 0) + 1;
    taken.set(plain, count);
    return {
      name: count === 1 ? plain : `${plain}-${count}`,
      title: target.title,
      startedAt: run.startedAt,
      depth: run.depth,
      complete: run.complete,
      scores: summary,
      causes,
      ...(page === undefined ? {} : { report: page }),
    };
  });
}

function evidenceOf({ cases }: Report): Map<string, Evidence[]> {
  const found = new Map<string, Evidence[]>();
  for (const { id, checks } of cases) {
    for (const { requirement, level, verdict: told, observation, message, blockedBy } of checks) {
      // Whatever the user of a gate expects: the server broke it.
      const verdict = told !== "expected" ? told : level === "must" ? "fail" : "warn";
      const evidence: Evidence = {
        scenario: id,
        verdict,
        ...(observation === undefined ? {} : { observation }),
        ...(verdict === "pass" ? {} : { message }),
        ...(blockedBy?.kind === "cause" ? { blockedBy: blockedBy.requirement } : {}),
      };
      const all = found.get(requirement);
      if (all) all.push(evidence);
      else found.set(requirement, [evidence]);
    }
  }
  return found;
}

/** What a reader wants to see of a cell: what is wrong, else what is open, else what passed; each scenario once. */
function telling(all: readonly Evidence[]): Evidence[] {
  const kinds = [
    all.filter(({ verdict }) => ACCUSATIONS.has(verdict)),
    all.filter(({ verdict }) => verdict === "blocked" || verdict === "skip"),
    all.filter(({ verdict }) => verdict === "pass"),
  ];
  const gravest = kinds.find((kind) => kind.length > 0) ?? [];
  const once = new Map(gravest.toReversed().map((one) => [one.scenario, one]));
  return [...once.values()].reverse().slice(0, SHOWN);
}
