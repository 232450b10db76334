/** What a page makes of an aggregate's events: each version once, whatever comes again or is missing. */
import { assertEquals } from "@std/assert";
import type { Frame } from "../../server/testing/socket.ts";

export interface Received {
  readonly id: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

export interface Once {
  /** In the order they were applied. */
  readonly applied: readonly Received[];
  /** How often something came that had come already. */
  readonly repeated: number;
  /** Versions the aggregate has had, and nobody was told of. */
  readonly missing: readonly number[];
}

/**
 * `version` is the aggregate's own, in the end. Throws when two events of one version are not the
 * same one.
 */
export function applyOnce(frames: readonly Frame[], version: number): Once {
  const known = new Map<number, Received>();
  let repeated = 0;
  for (const { event, data } of frames) {
    if (event.startsWith("pusher")) continue;
    const received: Received = JSON.parse(data ?? "");
    const earlier = known.get(received.version);
    if (earlier === undefined) known.set(received.version, received);
    else {
      assertEquals(received, earlier, "sent again, an event is the same");
      repeated += 1;
    }
  }
  const versions = Array.from({ length: version }, (_, at) => at + 1);
  const missing = versions.filter((version) => !known.has(version));
  return { applied: [...known.values()], repeated, missing };
}
