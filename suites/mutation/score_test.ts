import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { draw } from "./draw.ts";
import type { Mutant } from "./mutant.ts";
import { scoreOf, shareOf } from "./score.ts";
import { differences } from "./summary.ts";
import { asLine, type Finding, findingOf, merged, readTable, type Status } from "./table.ts";

const mutant = (hash: string, line = 1): Mutant => ({
  id: hash,
  hash,
  file: "server/a.ts",
  line,
  mutator: "BooleanLiteral",
  original: "true",
  replacement: "false",
});
const finding = (hash: string, status: Status): Finding => findingOf(mutant(hash), { status });

describe("the score", () => {
  const all: Status[] = ["noticed", "noticed", "noticed", "survived", "uncovered", "crash"];
  const { withoutCrashes, withCrashes } = scoreOf(all.map((status) => ({ status })));

  it("leaves crashes out of both sides, and counts what nothing executes as missed", () => {
    assertEquals([withoutCrashes.part, withoutCrashes.of], [3, 5]);
  });

  it("is given with crashes too", () => {
    assertEquals([withCrashes.part, withCrashes.of], [4, 6]);
  });

  it("is given with what a should warned of too", () => {
    const { withShoulds } = scoreOf([
      { status: "noticed" },
      { status: "survived", requirement: "P-005" },
      { status: "survived" },
    ]);
    assertEquals([withShoulds.part, withShoulds.of], [2, 3]);
  });

  it("leaves out what is invalid, equivalent or a text", () => {
    const more: Status[] = [...all, "invalid", "equivalent", "text"];
    assertEquals(scoreOf(more.map((status) => ({ status }))).withoutCrashes, withoutCrashes);
  });

  it("has Wilson's interval", () => {
    // Worked by hand from Wilson (1927), 68 of 86.
    const { from, to } = shareOf(68, 86);
    assertAlmostEquals(from, 0.693, 0.001);
    assertAlmostEquals(to, 0.863, 0.001);
  });
});

describe("a sample", () => {
  const mutants = Array.from({ length: 100 }, (_, n) => mutant(`m${n}`));
  const hashes = (some: readonly Mutant[]) => some.map(({ hash }) => hash);

  it("is the same for a seed, and another for another", () => {
    assertEquals(draw(mutants, 10, 7), draw(mutants.toReversed(), 10, 7));
    assert(hashes(draw(mutants, 10, 7)).join() !== hashes(draw(mutants, 10, 8)).join());
  });

  it("keeps its members when other mutants go", () => {
    const drawn = hashes(draw(mutants, 10, 7));
    const rest = mutants.filter(({ hash }) => hash !== drawn[0]);
    assertEquals(hashes(draw(rest, 9, 7)), drawn.slice(1));
  });
});

describe("the table", () => {
  it("is read again as it was written, without a line that was cut off", () => {
    const found = finding("a", "noticed");
    assertEquals(readTable(`${asLine(found)}{"hash":"b","fi`), [found]);
  });

  it("names no folder of the machine it was made on", () => {
    const message = "correct api.port in /home/ana/plumbline/targets/reference.yaml";
    const { message: kept } = findingOf(mutant("a"), { status: "invalid", message });
    assertEquals(kept, "correct api.port in targets/reference.yaml");
  });

  it("takes what is new, follows moved lines and drops mutants that are gone", () => {
    const before = [finding("a", "survived"), finding("b", "noticed"), finding("gone", "noticed")];
    const now = merged(before, [finding("a", "noticed")], [mutant("b", 9), mutant("a", 3)]);
    assertEquals(now.map(({ hash, status, line }) => [hash, status, line]), [
      ["b", "noticed", 9],
      ["a", "noticed", 3],
    ]);
  });

  it("tells what is noticed no longer from what was never listed", () => {
    const recorded = [
      finding("worse", "noticed"),
      finding("known", "survived"),
      finding("same", "noticed"),
    ];
    const found = [
      finding("worse", "survived"),
      finding("known", "uncovered"),
      finding("same", "noticed"),
      finding("new", "survived"),
    ];
    const { worse, unlisted } = differences(found, recorded);
    assertEquals(worse.map(({ hash }) => hash), ["worse"]);
    assertEquals(unlisted.map(({ hash }) => hash), ["new"]);
  });
});
