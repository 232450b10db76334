/**
 * A wrong value for every option of every command, as `--help` lists them: each ends with exit code 2
 * and one message with a code, before anything runs. An option that is new is tried by itself.
 */
import { assert, assertEquals } from "@std/assert";
import { pooledMap } from "@std/async";
import { describe, it } from "@std/testing/bdd";
import { plumbline, withFolder } from "./testing.ts";

/** What a command cannot do without, wrong as well where that is looked at later. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  report: ["none.jsonl"],
  compare: ["none.json", "none.json"],
  matrix: ["none.json"],
  repro: ["none"],
  "load:merge": ["none.json"],
  migrate: ["none.yaml"],
};
/** Options that name a file which is written. */
const WRITTEN = /^--(json|junit|markdown|annotations|write-\w+)$/;

const COMMAND = /^ {2}([a-z][a-z:]*)/gm;
const OPTION = /^ {2}(?:-\w, )?(--[a-z-]+) <([^>]+)>/gm;

/** Values that nobody could mean, by what an option takes; `$folder` is a folder that is there. */
function wrongValues(command: string, option: string, takes: string): readonly string[] {
  if (takes === "folder") return ["/proc/none"];
  if (WRITTEN.test(option) || (command === "load" && option === "--plan")) {
    return ["$folder"];
  }
  if (takes === "file" || takes === "record") return ["$folder"];
  if (takes.includes("file")) return ["nosuch", "$folder"];
  return [takes === "n" ? "many" : "no such"];
}

/** Every command line with one wrong value. */
async function mistakes(): Promise<string[][]> {
  const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)];
  const { out } = await plumbline(["--help"]);
  const commands = names(out.slice(out.indexOf("Commands:")), COMMAND)
    .map(([, name = ""]) => name).filter((name) => name !== "help");
  const all = await Promise.all(commands.map(async (command) => {
    const { out: help } = await plumbline([command, "--help"]);
    const line = [command, ...NEEDED[command] ?? []];
    const wrong = names(help, OPTION).flatMap(([, option = "", takes = ""]) =>
      wrongValues(command, option, takes).map((value) => [...line, option, value])
    );
    return [...wrong, [...line, "--nosuch"]];
  }));
  return all.flat();
}

describe("a wrong value of any option of any command", () => {
  it("ends with exit code 2 and one message with a code", async () => {
    const lines = await mistakes();
    assert(lines.length > 80, `only ${lines.length} were found in --help`);
    await withFolder(async (folder) => {
      const run = async (line: readonly string[]) => ({
        line: line.join(" "),
        ...await plumbline(line.map((word) => word.replace("$folder", folder))),
      });
      const odd: string[] = [];
      for await (const { line, code, err } of pooledMap(4, lines, run)) {
        const isRight = code === 2 && /\[PLB_(?!INTERNAL)[A-Z_]+\]$/.test(err.trim()) &&
          !err.includes("    at ");
        if (!isRight) odd.push(`${line}: ${code} ${err}`);
      }
      assertEquals(odd, []);
    });
  });
});
