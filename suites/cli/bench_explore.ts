/**
 * How soon `explore` finds faults that show only after something else has happened. Prints a table.
 *
 *     deno task bench:explore [--seeds 10] [--fault NAME]...
 */
import { fromFileUrl } from "@std/path";
import { parseArgs } from "node:util";
import { loadTarget } from "../../targets/file.ts";
import { loadApplication } from "../applications/file.ts";
import { explore, isConfirmed } from "../explore/explore.ts";
import type { Break } from "../faults/break.ts";
import { STATEFUL } from "../faults/stateful.ts";
import { type Ground, openGround } from "../proof/fixture.ts";
import { exploringWith } from "./explore.ts";

/** Within so long a fault has to be found. */
const BOUND_MS = 60_000;

/** Whether a fault is found, and not how small, is measured. */
const SHRINK_MS = 1000;

interface Found {
  readonly afterMs: number;
  readonly requirement: string;
}

/** Explores a server with this fault until the first failure that is seen again. */
export async function searchFor(
  fault: Break,
  seed: number,
  ground: Ground,
): Promise<Found | undefined> {
  await ground.breakWith([fault]);
  const began = performance.now();
  const enough = new AbortController();
  let found: Found | undefined;
  await explore({
    ...exploringWith(ground.fixture),
    seed,
    forMs: BOUND_MS,
    signal: enough.signal,
    shrinkMs: SHRINK_MS,
    onProgress: () => {},
    onFailure: (failure) => {
      if (!isConfirmed(failure) || found) return;
      const { requirement } = failure.finding;
      found = { afterMs: performance.now() - began, requirement };
      enough.abort();
    },
  });
  return found;
}

async function bench(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      seeds: { type: "string", default: "10" },
      fault: { type: "string", multiple: true, default: [] },
    },
  });
  const file = (path: string) => fromFileUrl(new URL(`../../targets/${path}`, import.meta.url));
  const ground = await openGround(
    await loadTarget(file("reference.yaml"), { started: true }),
    await loadApplication(file("applications/reference.yaml")),
  );
  const chosen = STATEFUL.filter(({ name }) =>
    values.fault.length === 0 || values.fault.includes(name)
  );
  console.log("| fault | found | median | slowest | as |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const fault of chosen) {
    const all: (Found | undefined)[] = [];
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const found = await searchFor(fault, seed, ground);
      all.push(found);
      const how = found
        ? `found as ${found.requirement} after ${Math.round(found.afterMs / 1000)} s`
        : "not found";
      console.error(`${fault.name}, seed ${seed}: ${how}`);
    }
    const found = all.filter((one) => one !== undefined);
    const times = found.map(({ afterMs }) => afterMs).sort((a, b) => a - b);
    const seconds = (ms: number | undefined) =>
      ms === undefined ? "" : `${(ms / 1000).toFixed(1)} s`;
    const as = [...new Set(found.map(({ requirement }) => requirement))].sort().join(", ");
    console.log(
      `| \`${fault.name}\` | ${found.length} of ${all.length} | ${
        seconds(times[Math.floor(times.length / 2)])
      } | ${seconds(times.at(-1))} | ${as} |`,
    );
  }
  await ground.fixture.close();
}

if (import.meta.main) {
  await bench();
  Deno.exit(0);
}
