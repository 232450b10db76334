/** Holds what `check` says of a deviating server against what is right. */
import { assertArrayIncludes, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { beforeAll, it } from "@std/testing/bdd";
import type { Deviation } from "./deviation.ts";
import { heldAgainst, type Said } from "./held_against.ts";

/** How many checks run at once: they wait for what never comes most of the time. */
const AT_ONCE = 2;

/** A test of each deviation. */
export function accusesOnly(deviations: readonly Deviation[]): void {
  const said = new Map<Deviation, Promise<Said>>();
  beforeAll(() => {
    for (const [index, deviation] of deviations.entries()) {
      const before = deviations[index - AT_ONCE];
      const turn = Promise.allSettled(before ? [said.get(before)] : []);
      said.set(deviation, turn.then(() => heldAgainst(deviation)));
    }
    // What a check ends with is its own test's matter, which may not have begun by then.
    for (const one of said.values()) one.catch(() => {});
  });
  for (const deviation of deviations) {
    const { row, does } = deviation;
    it(`${row}: a server that ${does}`, async () => isRight(deviation, await said.get(deviation)));
  }
}

/** Fails unless `check` said what is right, and nothing else. */
function isRight({ right }: Deviation, said: Said | undefined): void {
  if (!said) throw new Error("the check was not run");
  const failed = said.failed.filter((id) => !right.perhaps?.includes(id));
  assertEquals({ exit: said.exit, failed }, {
    exit: right.exit,
    failed: right.failed,
  }, said.err);
  if (right.warned) assertEquals(said.warned, right.warned, said.err);
  for (const [requirement, by] of Object.entries(right.blockedBy ?? {})) {
    assertArrayIncludes(said.blockedBy[requirement] ?? [], [by], said.err);
  }
  for (const [requirement, kind] of Object.entries(right.kinds ?? {})) {
    assertEquals(said.kinds[requirement], kind, `what ${requirement} comes from; ${said.err}`);
  }
  if (right.says) assertMatch(said.err, right.says);
  if (right.saysNot) assertNotMatch(said.err, right.saysNot);
}
