/** `load`: a scenario on a target, by an engine, with the target's resources beside it. */
import { delay } from "@std/async";
import type { ApplicationFile } from "../applications/file.ts";
import type { OpenTarget } from "../engine/open_target.ts";
import { checkCredentials } from "../engine/probe.ts";
import { openTarget } from "../engine/probe/open.ts";
import { maskedIn, masking } from "../record/check/masking.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { install } from "../../targets/install.ts";
import { startServer } from "../../targets/start.ts";
import { prepareApplication } from "../applications/start.ts";
import type { Target } from "../../targets/target.ts";
import { UsageError } from "../record/usage_error.ts";
import { descriptorsOf, memoryOf } from "../resources/memory.ts";
import { sampleResources } from "../resources/sample.ts";
import type { Resources } from "../record/load/resources.ts";
import type { EngineRun } from "./engine.ts";
import { type EngineName, engines } from "./engines.ts";
import type { Death } from "./findings.ts";
import { lotsOf, putOnSale } from "./lot.ts";
import type { LoadMeasurements } from "../record/load/measurements.ts";
import type { LoadPlan } from "../record/load/plan.ts";
import { authorities, connectionsOf, planLoad } from "./planning.ts";
import { type JudgedReport, report } from "./report.ts";
import { scaled } from "./scale.ts";
import type { LoadScenario } from "./scenario.ts";

export interface LoadRun {
  /** The folder that holds Plumbline's own sources. */
  readonly root: string;
  readonly scenario: LoadScenario;
  /** What its clients and channels are multiplied by. */
  readonly scale: number;
  readonly target: Target;
  /** Whether Plumbline starts the server, and the application beside it. */
  readonly start: boolean;
  /** What bids go to and signs for channels, where the scenario has lots. */
  readonly application?: ApplicationFile;
  readonly engine: EngineName;
  /** How many processes of the engine share the plan; 1 without it. */
  readonly processes?: number;
  /** For files of the engine's own. */
  readonly out: string;
  readonly allowGeneratorBound: boolean;
  readonly signal: AbortSignal;
  /** How long a server is watched once the last connection has gone; `RELEASE_S` without it. */
  readonly releaseSeconds?: number;
  /** Called before anything is dialed; `beyond` is why the engine may not be believed of so much. */
  readonly onPlan?: (plan: LoadPlan, beyond: string | undefined) => void;
  readonly onInterval?: EngineRun["onInterval"];
}

/** Where webhooks of a server that was started go: nobody listens. */
const NOBODY = "http://127.0.0.1:9/nobody";

/**
 * Runs it once. Throws `CannotStart`, `Unreachable`, or `CannotRun` where the plan cannot be run
 * from here or no client connected.
 */
export async function runLoad(run: LoadRun): Promise<JudgedReport> {
  const { target, start, signal } = run;
  const wanted = scaled(run.scenario, run.scale);
  const connections = connectionsOf(wanted);
  if (target.maxConnections !== undefined && connections > target.maxConnections) {
    throw new UsageError(
      `${target.file} allows ${target.maxConnections} connections (maxConnections), and this load is ${connections}: ` +
        `try --scale ${Number((target.maxConnections / connections).toPrecision(2))}`,
    );
  }
  const mask = masking(Object.values(target.apps).map(({ secret }) => secret));
  const engine = engines[run.engine];
  const title = await engine.title();
  if (start) await install(target);
  const server = start ? await startServer(target, NOBODY) : undefined;
  const endpoints = server?.endpoints ?? target;
  const application = run.application && lotsOf(wanted).length > 0
    ? prepareApplication(run.application, target, endpoints.api, { start, isAlone: false })
    : undefined;
  try {
    const open = await openTarget(target, endpoints, server ? { server } : {});
    const ca = authorities(open.ways.websocket.ca, open.ways.api.ca);
    const log = openRecorder(() => {}).log("probe");
    await checkCredentials(open, { log, run: crypto.randomUUID().slice(0, 4) });
    const sale = application && await putOnSale(await application.open(), wanted);
    const plan = planLoad(wanted, { ...open, ...(ca === undefined ? {} : { ca }) }, sale);
    const beyond = engine.beyondBound(plan);
    run.onPlan?.(plan, beyond);
    const began = performance.now();
    const watched = watch(open, signal);
    const sampler = sampleResources(open);
    let resources: Resources;
    let measurements: LoadMeasurements;
    try {
      await sampler.next(); // what it uses at rest
      measurements = await engine.run(plan, {
        secret: open.apps.main.secret,
        ...(sale ? { session: sale.session } : {}),
        signal: watched.signal,
        out: run.out,
        ...(run.processes === undefined ? {} : { processes: run.processes }),
        ...(run.onInterval ? { onInterval: run.onInterval } : {}),
      });
      const release = run.releaseSeconds ?? RELEASE_S;
      for (let seconds = 0; seconds < release && !watched.signal.aborted; seconds++) {
        await sampler.next();
      }
    } finally {
      resources = await sampler.stop();
    }
    resources.memory = memoryOf(resources, measurements);
    const descriptors = descriptorsOf(resources, measurements);
    if (descriptors) resources.descriptors = descriptors;
    const startedAt = Date.parse(measurements.startedAt);
    const death = watched.death(startedAt);
    const whole = await report({
      ...run,
      engine: title,
      plan,
      measurements,
      resources,
      ...(death ? { death } : {}),
      durationMs: Math.round(performance.now() - began),
      notes: notes(run, plan),
      ...(beyond === undefined ? {} : { beyond }),
      ...watched.interruption(startedAt),
    });
    return maskedIn(whole, mask);
  } catch (error) {
    if (error instanceof Error) error.message = mask(error.message);
    throw error;
  } finally {
    await application?.stop();
    await server?.stop();
  }
}

/**
 * What ends a run: the user, or the server, which will answer nothing any more when it has died.
 * What was seen until then is reported.
 */
function watch({ server }: OpenTarget, signal: AbortSignal) {
  const died = new AbortController();
  let seen: Omit<Death, "at"> & { readonly wall: number } | undefined;
  server?.ended.then(async (end) => {
    // A terminal's Ctrl-C ends it too.
    if (server.stopping || signal.aborted) return;
    seen = { ...end, wall: Date.now() };
    // What the engine sees of it is evidence too.
    await delay(GRACE_MS);
    died.abort();
  });
  let interrupted: number | undefined;
  signal.addEventListener("abort", () => interrupted = Date.now());
  return {
    signal: AbortSignal.any([signal, died.signal]),
    interruption: (startedAt: number) =>
      interrupted === undefined ? {} : { interruptedAt: (interrupted - startedAt) / 1000 },
    death: (startedAt: number): Death | undefined =>
      seen && { ...seen, at: Math.max(0, seen.wall - startedAt) / 1000 },
  };
}

const GRACE_MS = 1500;

/** What a server frees of connections that have gone, it frees later. */
const RELEASE_S = 3;

/** What a reader must know of what the figures leave out. */
function notes(
  { start, target, scale, application, processes = 1 }: LoadRun,
  plan: LoadPlan,
): string[] {
  const unmeasured = plan.phases.filter(({ measured }) => !measured).map(({ name }) => name);
  const slow = plan.clients.filter((group) => group.slow).map(({ name }) => name);
  const local = start || ["127.0.0.1", "localhost", "::1"].includes(target.websocket.host);
  const asked = plan.publishers.some(({ request }) => request);
  const signing = plan.clients.filter(({ authorize }) => authorize);
  const unsigned = signing.flatMap(({ channels }) => channels.flat())
    .map((channel) => plan.channels[channel] ?? "").find((name) =>
      !/^(private|presence)-/.test(name)
    );
  return [
    ...(asked && application
      ? [`"answer", "delivery" and their like count from the POST to ${application.title}`]
      : []),
    ...(unsigned === undefined ? [] : [`${unsigned} is public: nobody asks for a signature`]),
    ...(processes > 1
      ? [`merged from ${processes} processes; quantiles of single seconds are of the slowest`]
      : []),
    ...(scale === 1 ? [] : [`scaled: ${scale} times the clients and channels of the scenario`]),
    ...(unmeasured.length > 0 ? [`not measured: ${unmeasured.join(", ")}`] : []),
    ...(slow.length > 0
      ? [
        `deliveries to ${slow.join(", ")} are counted but not timed, except in "last"`,
      ]
      : []),
    ...(local ? ["generator and target share this machine's cores"] : []),
  ];
}
