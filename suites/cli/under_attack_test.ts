import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "@std/path";
import { root } from "./testing.ts";
import { attacked } from "./testing/attacked.ts";
import { ATTACKS } from "./testing/attacks.ts";

/** Of each kind the one that filled most memory or disk, or kept a run longest from ending. */
const OF_A_CHECK = [
  "a million tiny frames",
  "frames of 100 MB",
  "a body without end",
  "gzip bombs",
  "a byte now and then",
];
const OF_A_LOAD = ["endless events", "frames of 10 MB, one after the other"];
const OF_AN_EXPLORATION = ["a million tiny frames", "gzip bombs"];

const built = await Deno.stat(join(root, ".cache/k6/k6")).then(() => true, () => false);

/** Of docs/ci.md. */
const MOST = { memoryMB: 600, recordMB: 100 };
/** It ends within 5 s on a machine of its own; a busy one may take a few times as long, and no more. */
const WATCHDOG_S = 30;

const REPORTS = ["report.html", "report.json"];

async function withstands(
  name: string,
  args: readonly string[],
  spared: number,
  reports: readonly string[] = REPORTS,
) {
  const attack = ATTACKS[name];
  assert(attack, `no attack is called "${name}"`);
  const ran = await attacked({ attack, spared, args, interruptAfter: 4 });
  const said = `${JSON.stringify({ ...ran, err: "" })}\n${ran.err}`;
  assert([1, 3, 99, 130].includes(ran.code), said);
  assert(ran.memoryMB > 30 && ran.memoryMB < MOST.memoryMB, said);
  assert(ran.recordMB < MOST.recordMB, said);
  assertEquals(ran.reports, reports, said);
  assert((ran.interruptedForSeconds ?? 0) < WATCHDOG_S, said);
}

describe("a check of a server that attacks it", () => {
  // Some that publish, some that only subscribe.
  const args = ["check", "--scenario", "protocol/subscribe/*", "--scenario", "api/events/*"];
  for (const name of OF_A_CHECK) {
    it(`withstands ${name}`, () => withstands(name, args, 60));
  }
});

describe("a load on a server that attacks it", () => {
  const args = ["load", "small", "--scale", "0.2"];
  for (const name of OF_A_LOAD) it(`withstands ${name}`, () => withstands(name, args, 6));

  const skip = built ? false : "k6 is not built: deno task k6:build";
  it(
    "withstands endless events with k6",
    { skip },
    () => withstands("endless events", [...args, "--engine", "k6"], 6),
  );
});

describe("an exploration of a server that attacks it", () => {
  for (const name of OF_AN_EXPLORATION) {
    it(`withstands ${name}`, () => withstands(name, ["explore", "--for", "60s"], 60, []));
  }
});

describe("a search for the capacity of a server that attacks it", () => {
  it("withstands endless events", () =>
    withstands("endless events", ["capacity", "--scenario", "small", "--from", "20"], 6));
});
