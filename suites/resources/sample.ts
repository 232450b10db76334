/** Sampling a target once a second, for as long as a load runs. */
import { deadline } from "@std/async";
import type { ServerProcess } from "../../targets/start.ts";
import type { Target } from "../../targets/target.ts";
import { containerSource } from "./container.ts";
import { finderOf } from "./find.ts";
import { hostSource } from "./host.ts";
import { processSource } from "./process.ts";
import { prometheusSource } from "./prometheus.ts";
import { redisSource } from "./redis.ts";
import type { Resources, ResourceSample } from "../record/load/resources.ts";
import type { Restart, Source } from "./source.ts";

/** What is sampled: a target, and its process where Plumbline started it. */
export interface Sampled {
  readonly target: Target;
  readonly server?: ServerProcess;
}

export interface Sampler {
  /** Settles with the next sample, once all sources have answered or failed. */
  next(): Promise<ResourceSample>;
  /** Ends with the sample that is due next. */
  stop(): Promise<Resources>;
}

const PERIOD_MS = 1000;
/** Who has not answered by then has no figures of that moment, and does not hold up the end. */
const PATIENCE_MS = 5000;
/** A timer may ring this much of a period before its time. */
const EARLY = 0.01;

/**
 * Begins to sample what a target uses. Begin before the load and stop some seconds after it, so that
 * memory is seen at rest on both sides; `memoryOf` then says what it came to.
 */
export function sampleResources(target: Sampled): Sampler {
  return sampleSources(sourcesOf(target));
}

/** What can be sampled of a target: what its file names, and the server that Plumbline started. */
function sourcesOf({ target, server }: Sampled): Source[] {
  const { container, prometheus, redis, ...process } = target.resources ?? {};
  const find = server ? () => server.pid : finderOf(process) ??
    // Without a word in its file: whoever listens where clients connect, if that is here.
    (container === undefined && isLoopback(target.websocket.host)
      ? finderOf({ port: target.websocket.port })
      : undefined);
  const box = server?.container === undefined ? container : () => server.container ?? "";
  return [
    hostSource(),
    ...find ? [processSource(find)] : [],
    ...box === undefined ? [] : [containerSource(typeof box === "string" ? () => box : box)],
    ...prometheus ? [prometheusSource(prometheus)] : [],
    ...redis === undefined ? [] : [redisSource(redis)],
  ];
}

/** Whether an address is of this machine and of no other. */
const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/.test(host);

/** Samples sources together, each second; one that is slow or fails holds up none of the others. */
export function sampleSources(sources: readonly Source[]): Sampler {
  const startedAt = new Date();
  const start = performance.now();
  const samples: ResourceSample[] = [];
  const restarts: Restart[] = [];
  const busy = new Set<Source>();
  const reading = new Map<Source, Promise<void>>();
  const failures = new Map<Source, { count: number; first: string }>();
  let next = Promise.withResolvers<ResourceSample>();

  const read = async (source: Source, sample: ResourceSample) => {
    const answer = ask(source, (what) => void restarts.push({ at: sample.at, what }));
    busy.add(source);
    void answer.catch(() => {}).finally(() => busy.delete(source));
    try {
      Object.assign(sample, await deadline(answer, PATIENCE_MS));
    } catch (cause) {
      const first = cause instanceof Error ? cause.message : String(cause);
      const known = failures.get(source);
      failures.set(source, { count: (known?.count ?? 0) + 1, first: known?.first ?? first });
    }
  };
  const take = async () => {
    const sample: ResourceSample = { at: seconds(performance.now() - start) };
    samples.push(sample);
    for (const source of sources) {
      // One that has not answered yet is not asked again.
      if (!busy.has(source)) reading.set(source, read(source, sample));
    }
    await Promise.all(reading.values());
    next.resolve(sample);
    next = Promise.withResolvers();
  };

  let timer: ReturnType<typeof setTimeout>;
  const tick = () => {
    void take();
    // Where this program was held up, the moments that have passed are not made up for.
    const elapsed = performance.now() - start;
    const wanted = (Math.floor(elapsed / PERIOD_MS + EARLY) + 1) * PERIOD_MS;
    timer = setTimeout(tick, wanted - elapsed);
  };
  tick();

  return {
    next: () => next.promise,
    stop: async () => {
      await next.promise;
      clearTimeout(timer);
      await Promise.all(reading.values());
      for (const source of sources) source.close?.();
      const described = sources.map((source) => {
        const failed = failures.get(source);
        return failed
          ? `${source.describe()} (${failed.count} of ${samples.length} samples are missing: ${failed.first})`
          : source.describe();
      });
      return {
        startedAt: startedAt.toISOString(),
        sources: described,
        samples,
        restarts,
        memory: {},
      };
    },
  };
}

/** As a promise, whatever the source throws. */
const ask = async (source: Source, tell: (restart: string) => void) => await source.read(tell);

const seconds = (ms: number): number => Math.round(ms) / 1000;
