/** Checks compared: which verdicts changed, requirement by requirement, and the scores. */
import { counting } from "../../suites/record/numbers.ts";
import { COUNTED, type FailOn } from "../../suites/record/fail_on.ts";
import { ACCUSATIONS, type Level, type Verdict, worst } from "../../suites/record/verdict.ts";
import type { Report } from "../check/json.ts";
import { SCORES } from "../check/scores.ts";
import type { Change, Comparison, Row, Side } from "./row.ts";

type Runs = readonly Report[];

/** What a scenario's checks of one requirement came to in all runs of a side. */
interface State {
  readonly scenario: string;
  readonly requirement: string;
  readonly level: Level;
  readonly verdicts: readonly Verdict[];
  /** Of the first check that is wrong. */
  readonly observation?: string;
}

/** Two sides of checks, each one or several of the same server. */
export function compareChecks(base: Runs, other: Runs, failOn: FailOn): Comparison {
  const cut = [...base, ...other].filter(({ run }) => !run.complete).length;
  return {
    kind: "check",
    base: sideOf(base),
    new: sideOf(other),
    notes: [],
    rows: [...verdictRows(base, other, failOn), ...scoreRows(base, other)],
    ...(cut > 0 ? { incomplete: `${cut} of the runs are not complete` } : {}),
  };
}

function sideOf(runs: Runs): Side {
  const [first] = runs;
  return {
    title: first?.target.title ?? "",
    startedAt: first?.run.startedAt ?? "",
    runs: runs.length,
  };
}

function statesOf(runs: Runs): Map<string, State> {
  const states = new Map<string, State>();
  for (const { cases } of runs) {
    for (const { id, checks } of cases) {
      for (const [requirement, all] of Map.groupBy(checks, (check) => check.requirement)) {
        const key = `${id}\n${requirement}`;
        const before = states.get(key);
        const wrong = all.find(({ verdict }) => ACCUSATIONS.has(verdict));
        const verdicts = all.map(({ verdict }) => verdict).filter((one) => one !== "info");
        if (verdicts.length === 0) continue;
        const observation = before?.observation ?? wrong?.observation;
        states.set(key, {
          scenario: id,
          requirement,
          level: all[0]?.level ?? "must",
          verdicts: [...before?.verdicts ?? [], judged(verdicts)],
          ...(observation === undefined ? {} : { observation }),
        });
      }
    }
  }
  return states;
}

/** A scenario that judges a requirement twice, and once cannot, has judged it. */
function judged(verdicts: readonly Verdict[]): Verdict {
  const gravest = worst(verdicts);
  return gravest === "blocked" || gravest === "skip"
    ? verdicts.includes("pass") ? "pass" : gravest
    : gravest;
}

type Standing = "held" | "wrong" | "mixed" | "open";

function standingOf(state: State | undefined): Standing {
  const seen = state?.verdicts ?? [];
  const wrong = seen.some((verdict) => ACCUSATIONS.has(verdict));
  const held = seen.includes("pass");
  if (wrong && held || seen.includes("flaky")) return "mixed";
  return wrong ? "wrong" : held ? "held" : "open";
}

/** What became of it; undefined where nothing did, or where it was judged for the first time and held. */
function changeOf(was: Standing, is: Standing): Change | undefined {
  if (was === is) return undefined;
  if (is === "mixed") return "flaky";
  if (is === "wrong") return was === "open" ? "new" : "broken";
  if (is === "open") return "gone";
  return was === "open" ? undefined : "fixed";
}

interface Changed extends State {
  readonly change: Change;
  readonly counts: boolean;
}

function verdictRows(base: Runs, other: Runs, failOn: FailOn): Row[] {
  const [before, after] = [statesOf(base), statesOf(other)];
  const changed = [...new Set([...before.keys(), ...after.keys()])].flatMap((key): Changed[] => {
    const [was, is] = [before.get(key), after.get(key)];
    const change = changeOf(standingOf(was), standingOf(is));
    const state = change === "gone" || change === "fixed" ? was : is;
    if (change === undefined || !state) return [];
    const counts = (change === "broken" || change === "flaky") &&
      state.verdicts.some((verdict) => COUNTED[failOn].has(verdict));
    return [{ ...state, change, counts }];
  });
  const alike = Map.groupBy(
    changed,
    ({ change, requirement, observation, counts }) =>
      [change, requirement, observation, counts].join("\n"),
  );
  const order: readonly Change[] = ["broken", "flaky", "new", "fixed", "gone"];
  return [...alike.values()].flatMap(rowOf).toSorted((a, b) =>
    Number(b.isRegression) - Number(a.isRegression) ||
    order.indexOf(a.change) - order.indexOf(b.change) || (a.name < b.name ? -1 : 1)
  );
}

/** One requirement that changed in one way, with the scenarios that show it. */
function rowOf(changed: readonly Changed[]): Row[] {
  const [first, ...rest] = changed;
  if (!first) return [];
  const { requirement, level, change, observation, scenario, counts } = first;
  const more = rest.length > 0 ? ` and ${counting(rest.length, "scenario")} more` : "";
  return [{
    group: "Verdicts",
    name: `${requirement} ${level}`,
    change,
    isRegression: counts,
    detail: `${observation === undefined ? "" : `${observation}, `}in ${scenario}${more}`,
  }];
}

function scoreRows(base: Runs, other: Runs): Row[] {
  const [was, is] = [base.at(-1)?.summary, other.at(-1)?.summary];
  if (!was || !is) return [];
  return SCORES.flatMap((name): Row[] => {
    const [a, b] = [was[name], is[name]];
    if (!a || !b || a.of === 0) return [];
    const passed = b.passed - a.passed;
    return [{
      group: "Scores",
      name,
      change: passed > 0 ? "better" : passed < 0 ? "worse" : "same",
      isRegression: false,
      base: `${a.passed} of ${a.of}`,
      new: `${b.passed} of ${b.of}`,
      ...(passed === 0 ? {} : { difference: passed > 0 ? `+${passed}` : `−${-passed}` }),
    }];
  });
}
