/** `report.json`: the run for other programs to read. */
import { z } from "zod";
import { causesOf, type Placed } from "../../suites/record/causes.ts";
import { mustsOf } from "../../suites/record/check/musts.ts";
import { OUTSIDE_REASONS, VERDICTS } from "../../suites/record/verdict.ts";
import { coverageOf } from "./coverage.ts";
import { baselineOf, baselineReport } from "./baseline.ts";
import { durationMs, isComplete, unjudged, whyIncomplete } from "./outcome.ts";
import type { CaseView, RunView } from "../../suites/record/check/read.ts";
import { type Feature, FEATURES, type Probed } from "../../suites/record/probed.ts";
import { SCHEMA_VERSION } from "../../suites/record/check/lines.ts";
import { judgedRequirements, scoresOf } from "./scores.ts";
import { jsonText } from "../../suites/record/json_text.ts";

const count = z.int().min(0);
const scoreCounts = z.strictObject({
  passed: count,
  partlyBlocked: count.describe("Passed where judged; some of their checks were blocked"),
  flaky: count.describe("Failed and then passed, with nothing outside to explain it"),
  late: count.describe("Came after their deadline"),
  expected: count.describe("Failures the baseline lists"),
  blocked: count.describe("Could not be judged, because of a cause or of something outside"),
  failed: count,
  warned: count.describe("Recommendations, or hosted limits nobody claimed, that did not hold"),
  known: count.describe("Failures the target file lists with a reason"),
  notOffered: count.describe("Opt-in features the target does not claim"),
  skipped: count.describe("The target file gave no means to test them"),
  untested: count.describe("Nothing in this run judged them"),
  of: count.describe("All the catalogue counts under this score; the others add up to it"),
});

const verdict = z.enum(VERDICTS);

const level = z.enum(["must", "should", "may", "info"]);
const kind = z.enum(["implementation", "configuration", "absent feature"]);

const blockedBy = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("cause"),
    requirement: z.string(),
    case: z.string(),
    step: z.int(),
  }),
  z.strictObject({ kind: z.literal("outside"), reason: z.enum(OUTSIDE_REASONS) }),
]);

const checkReport = z.strictObject({
  requirement: z.string(),
  level,
  verdict,
  cause: kind.optional().describe("Where something is wrong"),
  observation: z.string().optional().describe("What differs, in a few words"),
  isUnasked: z.literal(true).optional().describe(
    "No check of the scenario asked for it; another run may show it elsewhere",
  ),
  blockedBy: blockedBy.optional().describe("On blocked"),
  reason: z.string().optional().describe("On expected: why the baseline expects it"),
  uncoveredBy: z.string().optional().describe(
    "On a new failure: the requirement that kept it from being judged, and now holds",
  ),
  lateMs: z.number().optional().describe("On late: milliseconds after the deadline"),
  want: z.string().optional().describe("On skip: what the target file does not give"),
  message: z.string().describe("What was expected and what was seen"),
});

const placed = z.strictObject({ case: z.string(), requirement: z.string(), step: z.int() });

const causeReport = z.strictObject({
  requirement: z.string(),
  level,
  verdict,
  observation: z.string(),
  kind,
  message: z.string().describe("Of the first check that shows it"),
  evidence: z.array(placed).describe("The checks that show it"),
  blocks: z.array(placed).describe("The checks that could not be judged because of it"),
});

const caseReport = z.strictObject({
  id: z.string(),
  suite: z.string(),
  title: z.string(),
  verdict,
  durationMs: z.number().min(0),
  secondChances: z.array(z.strictObject({ reason: z.enum(OUTSIDE_REASONS), verdict })).optional()
    .describe("Why it ran again, and what it had come to"),
  checks: z.array(checkReport),
});

const featureReport = z.strictObject({
  state: z.enum(["offered", "absent", "broken", "unknown"]),
  observation: z.string().describe("What was asked, and what the server said"),
});
const featureNames = Object.keys(FEATURES) as Feature[]; // the keys of FEATURES

const probedReport = z.strictObject({
  features: z.record(z.enum(featureNames), featureReport),
  clockOffsetMs: z.number().describe("The target's clock minus ours"),
  doubts: z.array(z.string()).describe("Refused although the settings are proved right"),
  durationMs: z.number().min(0),
});

/**
 * The shape of `report.json`; `deno task schema` prints it as JSON Schema. For users of the npm
 * package `suites/cli/npm/report.d.ts` says the same, and its test holds the two together.
 */
export const reportSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  run: z.strictObject({
    id: z.string(),
    startedAt: z.string().describe("RFC 3339 in UTC"),
    durationMs: z.number().min(0),
    seed: z.number(),
    depth: z.enum(["quick", "full"]),
    complete: z.boolean(),
    reason: z.string().optional().describe("Why the run is not complete"),
    catalogue: z.strictObject({
      date: z.string(),
      newer: z.array(z.strictObject({ scenario: z.string(), requirement: z.string() })),
    }).optional().describe("The day whose checks were judged by, and those that only informed"),
  }),
  target: z.strictObject({
    name: z.string(),
    title: z.string(),
    websocket: z.string(),
    api: z.string(),
    application: z.string().optional().describe(
      "what broadcasts through it, where the run has one",
    ),
    claims: z.array(z.string()),
    known: z.array(z.strictObject({ requirement: z.string(), reason: z.string() })),
    probed: probedReport.optional().describe("What the target was found to offer before the run"),
  }),
  summary: z.strictObject({
    conformance: scoreCounts,
    compatibility: scoreCounts,
    robustness: scoreCounts,
    limits: scoreCounts,
    clients: scoreCounts.optional(),
    application: scoreCounts.optional(),
  }),
  coverage: z.array(z.strictObject({
    scenario: z.string(),
    observers: z.array(z.string()),
    events: z.array(z.strictObject({
      event: z.string(),
      fields: z.record(z.string(), z.array(z.string())),
    })),
  })).optional().describe("Which fields of which events each observer of an application received"),
  causes: z.array(causeReport).describe("What went wrong, each once, the gravest first"),
  musts: z.strictObject({
    selected: count.describe("Musts that the chosen scenarios judge"),
    judged: count,
    blocked: z.array(z.string()).describe("Accounted for by the cause that blocks them"),
    skipped: z.record(z.string(), count).describe("For want of this in the target file"),
    unjudged: z.array(z.strictObject({
      requirement: z.string(),
      reason: z.enum(OUTSIDE_REASONS),
      message: z.string(),
    })),
  }),
  baseline: baselineReport.optional(),
  cases: z.array(caseReport),
  unjudged: z.array(z.string()).describe("Scenarios an incomplete run did not come to judge"),
});
export type Report = z.output<typeof reportSchema>;

/** The JSON Schema of `report.json`, for editors and other readers. */
export function reportJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(reportSchema), title: "Plumbline report" };
}

/** The run as `report.json` states it. */
export function reportOf(view: RunView): Report {
  const { id, startedAt, seed, depth, target } = view.run;
  const { probed } = view;
  const reason = whyIncomplete(view);
  const baseline = baselineOf(view);
  const coverage = coverageOf(view).map(({ scenario, observers, events }) => ({
    scenario,
    observers: [...observers],
    events: events.map(({ event, fields }) => ({
      event,
      fields: Object.fromEntries(Object.entries(fields).map(([who, seen]) => [who, [...seen]])),
    })),
  }));
  return {
    schemaVersion: SCHEMA_VERSION,
    run: {
      id,
      startedAt,
      durationMs: durationMs(view),
      seed,
      depth,
      complete: isComplete(view),
      ...(reason !== undefined && { reason }),
      ...(view.run.catalogue && {
        catalogue: { ...view.run.catalogue, newer: [...view.run.catalogue.newer] },
      }),
    },
    target: {
      name: target.name,
      title: target.title,
      websocket: target.websocket,
      api: target.api,
      ...(target.application === undefined ? {} : { application: target.application }),
      claims: [...target.claims],
      known: target.known.map(({ requirement, reason }) => ({ requirement, reason })),
      ...(probed ? { probed: probedOf(probed) } : {}),
    },
    summary: scoresOf(judgedRequirements(view)),
    ...(coverage.length > 0 ? { coverage } : {}),
    causes: causes(view),
    musts: musts(view),
    ...(baseline && { baseline }),
    cases: view.cases.flatMap(caseOf),
    unjudged: unjudged(view).map((of) => of.attempt.id),
  };
}

function probedOf(
  { features, clockOffsetMs, doubts, durationMs }: Probed,
): Report["target"]["probed"] {
  return { features, clockOffsetMs, doubts: [...doubts], durationMs };
}

/** `report.json` as text. */
export function jsonReport(view: RunView): string {
  return `${jsonText(reportOf(view), 2)}\n`;
}

function caseOf({ attempt, result }: CaseView): Report["cases"] {
  if (!result) return [];
  const checks = result.checks.map(({ step: _, quotes: __, ...check }) => ({ ...check }));
  const { id, suite, title } = attempt;
  const { verdict, durationMs, secondChances } = result;
  return [{
    id,
    suite,
    title,
    verdict,
    durationMs,
    ...(secondChances === undefined ? {} : { secondChances: [...secondChances] }),
    checks,
  }];
}

const placeOf = ({ case: id, check: { requirement, step } }: Placed) => ({
  case: id,
  requirement,
  step,
});

function causes(view: RunView): Report["causes"] {
  return causesOf(view.cases.flatMap(({ result }) => result ?? [])).map((
    { evidence, blocks, ...cause },
  ) => ({
    ...cause,
    message: evidence[0]?.check.message ?? "",
    evidence: evidence.map(placeOf),
    blocks: blocks.map(placeOf),
  }));
}

function musts(view: RunView): Report["musts"] {
  const { skipped, ...rest } = mustsOf(
    view.cases.flatMap(({ result }) => result ?? []),
    view.run.requirements,
  );
  return {
    ...rest,
    blocked: [...rest.blocked],
    unjudged: [...rest.unjudged],
    skipped: Object.fromEntries(skipped),
  };
}
