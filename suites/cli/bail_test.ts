import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { plumbline, withFolder } from "./testing.ts";

interface Written {
  readonly run: { readonly complete: boolean };
  readonly cases: readonly {
    readonly id: string;
    readonly checks: readonly { readonly verdict: string; readonly message: string }[];
  }[];
}

const reportIn = async (folder: string): Promise<Written> =>
  JSON.parse(await Deno.readTextFile(join(folder, "report.json")));

/** Three scenarios, of which the second asks for what no server does. */
const scenarios = (second: string) =>
  `version: 1
suite: mine
scenarios:
  - id: mine/one/first
    title: The first
    schedule: alone
    clients: { ana: {} }
    steps: [{ ana: { connects, checks: P-009 } }]
  - id: mine/one/second
    title: The second
    schedule: alone
    clients: { ana: {} }
    steps:
      - ana: connects
      - ana: { subscribes: orders }
      - publish: { on: orders, event: Shipped, data: { id: 1 } }
      - ana: { receives: Shipped, data: { id: ${second} }, checks: P-252 }
  - id: mine/one/third
    title: The third
    schedule: alone
    clients: { ana: {} }
    steps: [{ ana: { connects, checks: P-009 } }]
`;

const checking = (folder: string, ...options: readonly string[]) =>
  plumbline([
    ...["check", "--scenario", join(folder, "mine.yaml"), "--out", join(folder, "out")],
    ...options,
  ]);

describe("check --bail", () => {
  it("ends with the first must that fails, with reports that say it is not complete", () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "mine.yaml"), scenarios("2"));
      const { code, err } = await checking(folder, "--bail");
      assertEquals(code, 1, err);
      assertStringIncludes(err, "Not complete: --bail: P-252 failed in mine/one/second");
      const { run: { complete }, cases } = await reportIn(join(folder, "out"));
      assertEquals(complete, false);
      const judged = cases.map(({ id }) => id).filter((id) => id.startsWith("mine/"));
      assertEquals(judged, ["mine/one/first", "mine/one/second"]);
    }));

  it("goes on past a failure that the list expects", () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "mine.yaml"), scenarios("2"));
      const expected = join(folder, "expected.yaml");
      await Deno.writeTextFile(
        expected,
        `version: 1
expected:
  - { scenario: mine/one/second, requirement: P-252, reason: it is asked for too much }
`,
      );
      const { code, err } = await checking(folder, "--bail", "--expected", expected);
      assertEquals(code, 0, err);
      const { run: { complete }, cases } = await reportIn(join(folder, "out"));
      assertEquals(complete, true);
      assert(cases.some(({ id }) => id === "mine/one/third"));
    }));
});

describe("check --budget", () => {
  it("begins no scenario that asks for more than is left, and says so in the headline", () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "mine.yaml"), scenarios("1"));
      // What the probe publishes is taken of it too.
      const { code, err } = await checking(folder, "--budget", "messages=1");
      assertEquals(code, 0, err);
      assertStringIncludes(
        err,
        "Every requirement that was judged held; 1 scenario left out by the budget",
      );
      assertMatch(err, /skipped for want of: budget/);
      const { cases } = await reportIn(join(folder, "out"));
      const second = cases.find(({ id }) => id === "mine/one/second");
      assertEquals(second?.checks.map(({ verdict, message }) => ({ verdict, message })), [{
        verdict: "skip",
        message: "it asks for 2 messages at least, and --budget leaves 0",
      }]);
      assertStringIncludes(
        await Deno.readTextFile(join(folder, "out", "report.html")),
        "1 scenario left out by the budget",
      );
    }));

  it("takes nothing but the two limits", async () => {
    const { code, err } = await plumbline(["check", "--budget", "messges=1"]);
    assertEquals(code, 2);
    assertStringIncludes(err, "expected messages=N or connections=N");
  });
});
