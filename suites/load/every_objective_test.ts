/**
 * Every objective of the grammar, judged on every path: by the embedded engine, by k6, by k6 of
 * itself, by the merge of several processes, and by a search for a capacity. On each path it is met by
 * a target that keeps it and missed by one that violates it.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { beforeAll, describe, it } from "@std/testing/bdd";
import { root, withFolder } from "../cli/testing.ts";
import { trialOf } from "../capacity/trial.ts";
import { LATENCIES, type LoadMeasurements } from "../record/load/measurements.ts";
import type { LoadPlan } from "../record/load/plan.ts";
import { embedded } from "./embedded/embedded_engine.ts";
import { SECRET } from "./embedded/testing/plan.ts";
import { judge } from "./judge.ts";
import { merge } from "./merge.ts";
import { COUNTS, inWords, readObjective, RESOURCE_FIGURES } from "./objective.ts";
import { report } from "./report.ts";
import { notBuilt, runK6 } from "./testing/k6_process.ts";
import { type Script, serveScript, SIGN_PATH } from "./testing/scripted_target.ts";

const QUANTILES = ["p50", "p75", "p99", "p99.99", "max"];

/** What the bad target takes for everything, in ms; the bound lies between it and what is usual. */
const SLOW_MS = 1800;
const BOUND = "1.5s";
/** A kernel takes connections, whatever the target wants: here the bound is what differs. */
const CONNECT = { keeps: BOUND, violates: "1us" };

type Kind = keyof typeof CONNECT;

const objectivesOf = (kind: Kind) => [
  ...LATENCIES.flatMap((latency) =>
    QUANTILES.map((q) => `${latency} ${q} <= ${latency === "connect" ? CONNECT[kind] : BOUND}`)
  ),
  "delivered >= 100%",
  ...COUNTS.map((count) => `${count} == 0`),
];
const LARGE: Readonly<Record<typeof RESOURCE_FIGURES[number], string>> = {
  "rss per connection": "9GB",
  "rss growth": "9GB/min",
  "bytes per event": "9GB",
  "descriptors after release": "9",
  "rss": "9GB",
  "cpu": "64",
};
/** What no engine sees: missed by both, where nobody samples the target. */
const RESOURCES = RESOURCE_FIGURES.map((figure) => `${figure} <= ${LARGE[figure]}`);

const SCRIPTS: Readonly<Record<Kind, Script>> = {
  keeps: {},
  violates: {
    greetMs: SLOW_MS,
    subscribeMs: SLOW_MS,
    signMs: SLOW_MS,
    answer: (event, name) =>
      event % 10 === 4
        ? { status: 413 }
        : event % 10 === 6
        ? { status: "none" }
        : { afterMs: name === "Quick" ? 0 : SLOW_MS },
    fate: (event, subscriber, name) => ({
      // Half of what is answered at once is overtaken by those behind it, and one delivery is late.
      afterMs: name !== "Quick" || event % 2 === 1
        ? SLOW_MS
        : subscriber === 1
        ? SETTLE_MS + 500
        : SLOW_MS + 400,
      times: event % 3 > 0 ? 1 : subscriber === 2 ? 0 : subscriber === 3 ? 2 : 1,
    }),
    whisper: () => ({ afterMs: SLOW_MS }),
    leaks: (event) => event % 4 === 0,
  },
};
const SETTLE_MS = 3000;

const planned = (texts: readonly string[]): NonNullable<LoadPlan["objectives"]> =>
  texts.map((text) => {
    const objective = readObjective(text);
    assert(typeof objective !== "string", String(objective));
    const { figure, operation, value } = objective;
    return "quantile" in figure
      ? { metric: figure.of, quantile: figure.quantile, operation, value }
      : { metric: figure.of, operation, value };
  });

const planOf = (
  { websocket, api }: { readonly websocket: string; readonly api: string },
  objectives: readonly string[],
): LoadPlan => ({
  version: 1,
  target: { websocket, api, appId: "app-id", key: "app-key" },
  channels: ["private-hall", "private-room"],
  clients: [
    { name: "crowd", count: 8, perSecond: 500, channels: [[0]] },
    {
      name: "signed",
      count: 2,
      perSecond: 500,
      channels: [[0]],
      authorize: { url: `${api}${SIGN_PATH}`, headers: {} },
    },
    {
      name: "talkers",
      count: 4,
      perSecond: 500,
      channels: [[1]],
      whispers: { perSecond: 2, bytes: 80 },
    },
    { name: "idlers", count: 2, perSecond: 500, channels: [[]] },
  ],
  publishers: [
    { event: "Slow", perSecond: 20, channels: [0], bytes: 100 },
    { event: "Quick", perSecond: 8, channels: [0], bytes: 100 },
  ],
  phases: [{ name: "all", seconds: 2, rate: 1, measured: true, drop: 0.25 }],
  reconnect: { afterMs: 50 },
  settleMs: SETTLE_MS,
  objectives: planned(objectives),
});

interface Path {
  readonly measurements: LoadMeasurements;
  /** Of k6 itself, where it ran the plan. */
  readonly code?: number;
  readonly said?: string;
}

/** Runs the plan on a target of its own for each path, all at once. */
async function measured(kind: Kind): Promise<Readonly<Record<string, Path>>> {
  const scripted = async <T>(use: (plan: LoadPlan) => Promise<T>): Promise<T> => {
    const target = await serveScript(SCRIPTS[kind], SETTLE_MS);
    try {
      return await use(planOf(target, objectivesOf(kind)));
    } finally {
      target.close();
    }
  };
  const { signal } = new AbortController();
  const rampMs = kind === "keeps" ? 4000 : 3 * SLOW_MS + 2000;
  return await withFolder(async (folder) => {
    const [own, one, parts] = await Promise.all([
      scripted((plan) => embedded(plan, { secret: SECRET, signal, out: folder })),
      notBuilt ? undefined : scripted((plan) => runK6(plan, { secret: SECRET, folder })),
      notBuilt
        ? undefined
        : scripted((plan) => runK6(plan, { secret: SECRET, folder, processes: 2, rampMs })),
    ]);
    const [k6] = one ?? [];
    const all = parts?.flatMap(({ measurements }) => measurements ?? []) ?? [];
    return {
      "the embedded engine": { measurements: own },
      ...(k6?.measurements
        ? { "k6": { measurements: k6.measurements, code: k6.code, said: k6.said } }
        : {}),
      ...(all.length > 0 ? { "a merge of two": { measurements: merge(all) } } : {}),
    };
  });
}

for (const kind of ["keeps", "violates"] as const) {
  describe(`a target that ${kind} every objective`, () => {
    let paths: Readonly<Record<string, Path>> = {};
    beforeAll(async () => void (paths = await measured(kind)));
    const on = (name: string) => {
      const path = paths[name];
      assert(path, `${name} measured nothing`);
      return path;
    };
    const want = kind === "keeps" ? "met" : "missed";

    for (const name of ["the embedded engine", "k6", "a merge of two"]) {
      const skip = name !== "the embedded engine" && notBuilt ? notBuilt : false;
      it(`is judged so by ${name}, and by a plan's own words`, { skip }, () => {
        const { measurements } = on(name);
        const verdicts = planned(objectivesOf(kind)).map((objective) => {
          const { text, verdict, measured } = judge(inWords(objective), measurements, undefined);
          return [text, verdict, measured !== undefined];
        });
        const wrong = verdicts.filter(([, verdict, known]) => verdict !== want || !known);
        assertEquals(wrong, [], JSON.stringify(measurements.phases.map(({ counts }) => counts)));
      });
    }

    it("is judged so by k6 of itself: each threshold, and the exit code", {
      skip: notBuilt ?? false,
    }, () => {
      const { code, said = "" } = on("k6");
      assertEquals(code, kind === "keeps" ? 0 : 99, said);
      if (kind === "keeps") return;
      for (const { metric, quantile } of planned(objectivesOf(kind))) {
        const name = quantile === undefined
          ? metric === "delivered"
            ? "pusher_delivered{scope:run}"
            : `pusher_figure{scope:run,of:${metric}}`
          : `pusher_${metric}{scope:run,quantile:${
            inWords({ metric, quantile, operation: "<=", value: 1 }).text.split(" ")[1]
          }}`;
        assertStringIncludes(said, name);
      }
    });

    it("is judged so by a search for a capacity", async () => {
      const { measurements } = on("the embedded engine");
      const objectives = [...objectivesOf(kind), ...RESOURCES].map((text) => {
        const objective = readObjective(text);
        assert(typeof objective !== "string", String(objective));
        return objective;
      });
      const judged = await report({
        root,
        scenario: { name: "all", title: "All", file: "all.yaml", text: "", objectives },
        target: { name: "scripted", title: "Scripted" },
        engine: "embedded",
        plan: planOf({ websocket: "ws://127.0.0.1:1", api: "http://127.0.0.1:1" }, []),
        measurements,
        durationMs: 1,
        notes: [],
        allowGeneratorBound: true,
      });
      const { outcome, reasons } = trialOf(16, judged, true);
      assertEquals(outcome, "missed");
      for (const { text } of objectives) {
        const isNamed = reasons.some((reason) => reason.startsWith(`${text}: `));
        assertEquals(isNamed, kind === "violates" || RESOURCES.includes(text), text);
      }
    });
  });
}
