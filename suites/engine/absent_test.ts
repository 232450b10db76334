import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Feature, FEATURES, type Probed } from "../record/probed.ts";
import { ERROR_AS_SUCCESS } from "../record/observation.ts";
import type { CaseResult, CheckResult } from "../record/verdict.ts";
import { accuseOnce } from "./absent.ts";

const probed = (...absent: readonly Feature[]): Probed => ({
  features: Object.fromEntries(
    Object.keys(FEATURES).map((feature) => [feature, {
      state: absent.includes(feature as Feature) ? "absent" : "offered",
      observation: "",
    }]),
  ) as Probed["features"], // every feature is a key
  clockOffsetMs: 0,
  doubts: [],
  durationMs: 0,
});

const check = (requirement: string, more: Partial<CheckResult> = {}): CheckResult => ({
  requirement,
  level: "must",
  verdict: "fail",
  cause: "absent feature",
  observation: "nothing came",
  message: "",
  step: 3,
  quotes: [],
  ...more,
});

const of = (id: string, ...checks: CheckResult[]): CaseResult => ({
  id,
  verdict: "fail",
  durationMs: 0,
  checks,
});

const told = (results: readonly CaseResult[]) =>
  results.flatMap(({ checks }) =>
    checks.map(({ requirement, verdict, blockedBy }) =>
      blockedBy?.kind === "cause"
        ? `${requirement} ${verdict} ${blockedBy.requirement}`
        : `${requirement} ${verdict}`
    )
  );

const because = { kind: "cause", requirement: "P-200", case: "many", step: 3 } as const;
const results = [
  of("many", check("P-200"), check("P-199", { verdict: "blocked", blockedBy: because })),
  of("read", check("P-196"), check("P-182")),
];

describe("a feature that is not there", () => {
  it("is accused by the requirement that asks for it; the others are blocked by that", () => {
    assertEquals(told(accuseOnce(results, probed("watchlist"))), [
      "P-200 blocked P-196",
      "P-199 blocked P-196",
      "P-196 fail",
      "P-182 fail",
    ]);
  });

  it("may be the signature: where unsigned requests are served, nothing is asked about it", () => {
    const wrong = check("P-219", { observation: "HTTP 200" });
    const unsigned = (observation: string) =>
      told(
        accuseOnce([of("old", wrong), of("unsigned", check("P-216", { observation }))], undefined),
      );
    assertEquals(unsigned("an event"), ["P-219 blocked P-216", "P-216 fail"]);
    assertEquals(unsigned("HTTP 200"), ["P-219 fail", "P-216 fail"]);
  });

  it("may be a status that tells a refusal from a success", () => {
    const said = { observation: ERROR_AS_SUCCESS };
    const refused = [check("P-208", said), check("P-211", { observation: "HTTP 200" })];
    assertEquals(
      told(accuseOnce([of("long", ...refused), of("unsigned", check("P-216", said))], undefined)),
      ["P-208 blocked P-216", "P-211 fail", "P-216 fail"],
    );
  });

  it("leaves all as it is where it is there, or where nobody asked for it", () => {
    assertEquals(accuseOnce(results, probed()), results);
    assertEquals(accuseOnce([of("many", check("P-200"))], probed("watchlist")), [
      of("many", check("P-200")),
    ]);
  });
});
