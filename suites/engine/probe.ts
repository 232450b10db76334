/**
 * The probe: what a run must know of a target before its first scenario.
 *
 * `openTarget` has reached it. Here key, id and secret are held against every door that asks for
 * them, then each feature is used once, rightly, by clients of the probe's own. A wrong setting ends
 * the run in one sentence; an absent feature is remembered, so that it is accused once.
 */
import type { Probed } from "../record/probed.ts";
import type { EvidenceLog } from "../record/evidence_log.ts";
import { openLane } from "../wire/http.ts";
import { namesOf } from "./names.ts";
import type { OpenTarget } from "./open_target.ts";
import { type Asking, roomFor } from "./probe/asking.ts";
import { proveCredentials } from "./probe/credentials.ts";
import { findFeatures } from "./probe/features.ts";

/** Requests that are under way at once, and clients that are connected at once where no file limits them. */
const CALLS = 4;
const CLIENTS = 12;

export interface ProbeOptions {
  readonly log: EvidenceLog;
  /** Id of the run; names of the probe carry it. */
  readonly run: string;
}

/** Finds out what the target offers. Throws `WrongSetting`. */
export async function probe(target: OpenTarget, options: ProbeOptions): Promise<Probed> {
  const began = performance.now();
  return await asking(target, options, async (asking) => {
    const doubts = await proveCredentials(asking);
    const features = await findFeatures(asking);
    const durationMs = Math.round(performance.now() - began);
    return { features, clockOffsetMs: target.clockOffsetMs, doubts, durationMs };
  });
}

/** Holds the target file's key, id and secret against the target, and nothing else. Throws `WrongSetting`. */
export async function checkCredentials(target: OpenTarget, options: ProbeOptions): Promise<void> {
  await asking(target, options, proveCredentials);
}

async function asking<T>(
  target: OpenTarget,
  { log, run }: ProbeOptions,
  use: (asking: Asking) => Promise<T>,
): Promise<T> {
  const lane = openLane(new URL(target.apiUrl), target.ways.api, CALLS);
  const counts = { exchanges: 0, clients: 0 };
  try {
    return await use({
      target,
      log,
      names: namesOf(run, PROBE),
      lane,
      room: roomFor(Math.min(CLIENTS, target.target.maxConnections ?? CLIENTS)),
      nextExchange: () => ++counts.exchanges,
      nextClient: () => ++counts.clients,
    });
  } finally {
    lane.close();
  }
}

/** An index that no attempt of a run comes to, so that no scenario has the probe's names. */
const PROBE = 36 ** 3 - 1;
