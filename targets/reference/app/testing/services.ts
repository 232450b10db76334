/** A PostgreSQL and a Redis of one test file, in containers. */
import { startServices } from "../../../services.ts";
import { withoutDocker } from "../../../testing/docker.ts";

export interface TestServices {
  readonly postgres: string;
  readonly redis: string;
  stop(): Promise<void>;
}

/** Why tests that need them are skipped, or false where they can be had. */
export const withoutServices = withoutDocker;

export async function startTestServices(): Promise<TestServices> {
  const { at, stop } = await startServices({
    postgres: {
      image: "postgres:15",
      port: 5432,
      environment: { POSTGRES_USER: "app", POSTGRES_PASSWORD: "app" },
      ready: { log: "database system is ready to accept connections", times: 2 },
    },
    redis: {
      image: "redis:7",
      port: 6379,
      environment: {},
      ready: { log: "Ready to accept connections", times: 1 },
    },
  }, "A test");
  const { postgres, redis } = at;
  if (!postgres || !redis) throw new Error("both were started");
  return {
    postgres: `postgres://app:app@${postgres.host}:${postgres.port}/app`,
    redis: `redis://${redis.host}:${redis.port}`,
    stop,
  };
}
