/** Holds what `check` says of a deviating server against what is right. */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { it } from "@std/testing/bdd";
import type { Deviation } from "./deviation.ts";
import { heldAgainst } from "./held_against.ts";

/** A test of each deviation; those that await a part of the verdict which is not there yet are left out. */
export function accusesOnly(deviations: readonly Deviation[]): void {
  for (const deviation of deviations) {
    const { row, does, awaits } = deviation;
    const name = `${row}: a server that ${does}`;
    if (awaits === undefined) it(name, () => accusesRightly(deviation));
    else it.skip(`${name} (awaits ${awaits})`, () => accusesRightly(deviation));
  }
}

/** Runs `check` and fails unless it says what is right, and nothing else. */
export async function accusesRightly(deviation: Deviation): Promise<void> {
  const { right } = deviation;
  const said = await heldAgainst(deviation);
  const failed = said.failed.filter((id) => !right.perhaps?.includes(id));
  assertEquals({ exit: said.exit, failed }, {
    exit: right.exit,
    failed: right.failed,
  }, said.err);
  if (right.warned) assertEquals(said.warned, right.warned, said.err);
  for (const [requirement, kind] of Object.entries(right.kinds ?? {})) {
    assertEquals(said.kinds[requirement], kind, `what ${requirement} comes from; ${said.err}`);
  }
  if (right.says) assertMatch(said.err, right.says);
  if (right.saysNot) assertNotMatch(said.err, right.saysNot);
}
