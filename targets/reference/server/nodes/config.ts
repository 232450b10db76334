/** What says whether a server is one of several nodes, and where their Redis is, in Reverb's names. */
import { z } from "zod";

export interface ScalingConfig {
  /** `redis://` or `rediss://`, with user, password and database where there are any. */
  readonly url: string;
  /** Begins the name of every key and channel in Redis. */
  readonly channel: string;
  /** A node that is silent for so long is taken for dead. */
  readonly leaseMs: number;
}

const whole = z.string().regex(/^\d+$/, "must be a whole number").transform(Number);
/** On and off as `.env` files have it. */
export const flag = z.enum(["true", "false", "1", "0"]).transform((text) =>
  text === "true" || text === "1"
);

/** Every variable that is read. */
export const scalingVariables = {
  REVERB_SCALING_ENABLED: flag.default(false),
  REVERB_SCALING_CHANNEL: z.string().regex(/^[^{}]+$/, "must have no braces").default("reverb"),
  REVERB_SCALING_LEASE: whole.pipe(z.number().min(2).max(30)).default(10),
  REDIS_URL: z.string().regex(/^rediss?:\/\/./, "must begin with redis:// or rediss://").optional(),
  REDIS_HOST: z.string().min(1).default("127.0.0.1"),
  REDIS_PORT: whole.pipe(z.number().min(1).max(65535)).default(6379),
  REDIS_USERNAME: z.string().optional(),
  REDIS_PASSWORD: z.string().optional(),
  REDIS_DB: whole.default(0),
};

type Variables = z.output<z.ZodObject<typeof scalingVariables>>;

/** Undefined where the server is the only one. `REDIS_URL` goes before the other `REDIS_` variables. */
export function scalingOf(env: Variables): ScalingConfig | undefined {
  if (!env.REVERB_SCALING_ENABLED) return undefined;
  return {
    url: env.REDIS_URL ?? urlOf(env),
    channel: env.REVERB_SCALING_CHANNEL,
    leaseMs: env.REVERB_SCALING_LEASE * 1000,
  };
}

function urlOf(env: Variables): string {
  const url = new URL(`redis://${env.REDIS_HOST}:${env.REDIS_PORT}/${env.REDIS_DB}`);
  url.username = encodeURIComponent(env.REDIS_USERNAME ?? "");
  url.password = encodeURIComponent(env.REDIS_PASSWORD ?? "");
  return url.href;
}
