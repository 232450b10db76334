/**
 * What a target or an application stands on, a database or a queue: containers that are started
 * before it and removed after it, by testcontainers.
 */
import { z } from "zod";
import { CannotStart, freePort } from "./start.ts";

/** A container to start, as a file writes it. */
export const serviceSchema = z.strictObject({
  image: z.string().min(1).describe("an image of Docker's, for example postgres:15"),
  port: z.number().int().min(1).max(65535).describe("where it listens inside the container"),
  environment: z.record(z.string(), z.string()).default({}),
  ready: z.strictObject({
    log: z.string().min(1).describe("what it prints once it can be used"),
    times: z.number().int().min(1).default(1).describe("how often it prints that until then"),
  }),
});
export type Service = z.output<typeof serviceSchema>;

export interface RunningService {
  readonly host: string;
  readonly port: number;
  /** The container's id, by which Docker knows it. */
  readonly container: string;
  /** Kills it and starts it again at the same address, with nothing but what it keeps on disk. */
  restart(): Promise<void>;
}

/** What a file may ask of running services: `services.NAME.host` and `services.NAME.port`. */
export function serviceSetting(services: RunningServices | undefined, name: string): unknown {
  const [, of = "", field = ""] = name.split(".");
  const service = services?.at[of];
  return field === "host" ? service?.host : field === "port" ? service?.port : undefined;
}

export interface RunningServices {
  /** By the names the file gives them. */
  readonly at: Readonly<Record<string, RunningService>>;
  stop(): Promise<void>;
}

/** Longest that one service may take until it prints what it prints. */
const READY_MS = 60_000;
/** Docker's answer where there is none of this id. */
const NO_SUCH_CONTAINER = 404;

/**
 * Starts all services, each on a free port of this machine. `whose` is whom they are for, in
 * messages. Throws `CannotStart`, with none left running.
 */
export async function startServices(
  services: Readonly<Record<string, Service>>,
  whose: string,
): Promise<RunningServices> {
  // The library is large, and most runs need no container.
  const { GenericContainer, Wait } = await import("testcontainers");
  const started = await Promise.allSettled(
    Object.entries(services).map(async ([name, { image, port, environment, ready }]) => {
      const container = await new GenericContainer(image)
        .withEnvironment(environment)
        // A port of its own, so that it comes back there when it is started again.
        .withExposedPorts({ container: port, host: freePort() })
        .withWaitStrategy(Wait.forLogMessage(ready.log, ready.times))
        .withStartupTimeout(READY_MS)
        .start();
      return { name, container, port };
    }),
  );
  const running = started.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  const stop = async () => {
    // Nothing in them is wanted any more, so they get no time to put it in order.
    // One that somebody else has removed is gone as well.
    const gone = (error: { readonly statusCode?: number }) => {
      if (error.statusCode !== NO_SUCH_CONTAINER) throw error;
    };
    await Promise.all(
      running.map(({ container }) => container.stop({ timeout: 1 }).then(() => {}, gone)),
    );
  };
  const failed = started.find((one) => one.status === "rejected");
  if (failed) {
    await stop();
    const reason = failed.reason instanceof Error ? failed.reason.message : String(failed.reason);
    throw new CannotStart(
      `${whose} needs containers (${
        Object.values(services).map(({ image }) => image).join(", ")
      }), which could not be started: ${reason.trim()}. Is a Docker daemon running, and may you use it?`,
    );
  }
  return {
    at: Object.fromEntries(running.map(({ name, container, port }) => [
      name,
      {
        // By number: a name may stand for an address of the other family, where nothing listens.
        host: container.getHost() === "localhost" ? "127.0.0.1" : container.getHost(),
        port: container.getMappedPort(port),
        container: container.getId(),
        restart: () => container.restart({ timeout: 0 }),
      },
    ])),
    stop,
  };
}
