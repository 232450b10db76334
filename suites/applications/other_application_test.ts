import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { type Document, parseDocument } from "yaml";
import { plumbline, root, withFolder } from "../cli/testing.ts";
import { hasty } from "./testing/held_against.ts";

const other = join(root, "suites/applications/testing/other.yaml");
const SUITES = ["application", "races", "recovery"].flatMap((suite) => ["--suite", suite]);

interface Report {
  readonly cases: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly checks: readonly { readonly message: string }[];
  }[];
}

const reportIn = async (folder: string): Promise<Report> =>
  JSON.parse(await Deno.readTextFile(join(folder, "report.json")));

async function withFile<T>(change: (file: Document) => void, use: (path: string) => Promise<T>) {
  return await withFolder(async (folder) => {
    const file = parseDocument(await Deno.readTextFile(other));
    change(file);
    const path = join(folder, "application.yaml");
    await Deno.writeTextFile(path, file.toString());
    return await use(path);
  });
}

describe("an application that is quite another", () => {
  it("passes the same scenarios, by its YAML alone", () =>
    withFolder(async (folder) => {
      const { code, err } = await plumbline([
        ...["check", "--application", other, ...SUITES, "--out", folder],
      ]);
      assertEquals(code, 0, err);
      const { cases } = await reportIn(folder);
      const passed = cases.filter(({ verdict }) => verdict === "pass").length;
      const skipped = cases.filter(({ verdict }) => verdict === "skip");
      assertEquals(passed + skipped.length, cases.length);
      for (const { checks } of skipped) {
        assertMatch(
          checks[0]?.message ?? "",
          /add "(operations\.|channels\.|hearers"|session\.headers")/,
        );
      }
    }));
});

describe("an application that does not do as its file says", () => {
  const placingBids = (path: string) =>
    withFolder(async (folder) =>
      await plumbline([
        ...["check", "--scenario", "application/auction/bids-rise", "--application", path],
        ...["--out", folder, ...await hasty(folder)],
      ])
    );

  it("that leaves out a promised value is told which, and where it was looked for", () =>
    withFile(
      (file) => file.setIn(["operations", "readLot", "answers", "price"], "result.prize"),
      async (path) => {
        const { code, err } = await placingBids(path);
        assertEquals(code, 1, err);
        assertStringIncludes(err, 'readLot promises "price" (at "result.prize")');
      },
    ));

  it("that is asked at a path it does not have fails the check that asks there", () =>
    withFile(
      (file) => file.setIn(["operations", "startLot", "request"], "POST /nowhere/${lot}"),
      async (path) => {
        const { code, err } = await placingBids(path);
        assertEquals(code, 1, err);
        assertStringIncludes(err, "expected startLot to be agreed");
      },
    ));

  it("that answers 500 fails the check, and the message says so", () =>
    withFile(
      (file) => file.setIn(["operations", "startLot", "request"], "POST /broken"),
      async (path) => {
        const { code, err } = await placingBids(path);
        assertEquals(code, 1, err);
        assertStringIncludes(err, "startLot: it answered 500");
      },
    ));

  it("that never answers leaves the check incomplete once its deadline has passed", () =>
    withFile(
      (file) => file.setIn(["operations", "startLot", "request"], "POST /silent"),
      (path) =>
        withFolder(async (folder) => {
          const { code, err } = await plumbline([
            ...["check", "--scenario", "application/auction/same-key"],
            ...["--application", path, "--out", folder],
          ]);
          assertEquals(code, 3, err);
          assertStringIncludes(err, "no answer within");
        }),
    ));

  it("that limits requests is not accused of the bids it never looked at", () =>
    withFile(
      (file) => file.setIn(["operations", "placeBid", "request"], "POST /busy"),
      (path) =>
        withFolder(async (folder) => {
          const { code, err } = await plumbline([
            ...["check", "--scenario", "races/auction/bids"],
            ...["--application", path, "--out", folder],
          ]);
          assertEquals(code, 3, err);
          assertStringIncludes(err, "16 requests were turned away with 429");
        }),
    ));

  it("that does not come up is exit code 3, with its last words", () =>
    withFile(
      (file) => file.setIn(["start", "command"], ["sh", "-c", "echo I cannot go on; exit 7"]),
      async (path) => {
        const { code, err } = await placingBids(path);
        assertEquals(code, 3, err);
        assertStringIncludes(err, "I cannot go on");
      },
    ));

  it("whose file has a word wrong is exit code 2, with the line and the right word", () =>
    withFile(
      (file) => file.setIn(["operations", "placeBids"], file.getIn(["operations", "placeBid"])),
      async (path) => {
        const { code, err } = await placingBids(path);
        assertEquals(code, 2, err);
        assertStringIncludes(err, "placeBid");
      },
    ));
});
