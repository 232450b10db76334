import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { plumbline } from "../testing.ts";
import { commandLine } from "./deno.mjs";

const text = (name: string) => Deno.readTextFile(new URL(name, import.meta.url));

/** A path with a space in it, as many have. */
const DENO = "/home/some one/deno";

describe("a command of the package", () => {
  it("may do what its task may, and nothing else", async () => {
    const { tasks } = JSON.parse(await text("../../../deno.json"));
    const flagsOf = (command: string, more: string[] = [], env = {}): string[] => {
      const { program, words } = commandLine([command, ...more], DENO, env);
      assertEquals(program, DENO);
      const main = words.findIndex((word) => word.endsWith("/main.ts"));
      assertEquals(words.slice(main + 1), [command, ...more]);
      return words.slice(0, main).filter((word) => word.startsWith("--allow"));
    };
    assertEquals(flagsOf("check"), tasks.check.split(" ").slice(2, -2));
    assertEquals(flagsOf("prove").at(-1), `--allow-run=${DENO},sh`);
    assertEquals(flagsOf("--version"), flagsOf("schema"));
    assertEquals(flagsOf("serve").includes("--allow-read"), false);
    const needs: [string[], object][] = [
      [["--apps", "apps.json"], {}],
      [["--apps=apps.json"], {}],
      [[], { REVERB_SERVER_TLS_CERT: "cert.pem" }],
      [[], { REVERB_SERVER_WORKERS: "2" }],
    ];
    for (const [more, env] of needs) {
      assertEquals(flagsOf("serve", more, env).includes("--allow-read"), true);
    }
    assertEquals(flagsOf("serve").some((flag) => flag.startsWith("--allow-env=")), true);
    const node = flagsOf("serve", [], { REVERB_SCALING_ENABLED: "true" });
    assertEquals(node.includes("--allow-env"), true);
    for (const command of Object.keys(tasks)) {
      assertEquals(flagsOf(command).filter((flag) => /["'`]|\$\(/.test(flag)), [], command);
    }
  });
});

describe("check() for Node", () => {
  it("takes options of the command only, and has a type for each", async () => {
    const [source, types, { out: help }] = await Promise.all([
      text("index.mjs"),
      text("index.d.ts"),
      plumbline(["check", "--help"]),
    ]);
    const [, table = ""] = /const OPTIONS = \{([\s\S]*?)\n\};/.exec(source) ?? [];
    const options = [...table.matchAll(/(\w+): "(--[\w-]+)"/g)];
    assertEquals(options.length > 15, true, "the table was read");
    for (const [, key, option] of options) {
      assertEquals(new RegExp(`${option}\\b`).test(help), true, `check has ${option}`);
      assertEquals(new RegExp(`^  ${key}\\?:`, "m").test(types), true, `index.d.ts has ${key}`);
    }
  });
});
