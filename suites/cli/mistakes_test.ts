/**
 * Mistakes of users: each ends with exit code 2 and one sentence with a code, before anything runs.
 * What is written here is what somebody typed.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import type { ErrorCode } from "../record/errors.ts";
import { plumbline, withFolder } from "./testing.ts";

interface Mistake {
  /** The command line; `$folder` is a folder of the test's own. */
  readonly args: string;
  readonly code: ErrorCode;
  /** A part of what is said. */
  readonly says: string;
  /** Files that are in the folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A target file in which one line is another. */
const target = (change: string, of: Record<string, string> = {}): Record<string, string> => {
  const [key = ""] = change.split(":");
  const lines = {
    websocket: "websocket: { scheme: ws, host: 127.0.0.1, port: 6001 }",
    api: "api: { scheme: http, host: 127.0.0.1, port: 6001 }",
    apps: "apps: { main: { id: id, key: key, secret: secret } }",
    [key]: change,
  };
  return {
    "mine.yaml": ["version: 1", "name: mine", "title: Mine", ...Object.values(lines)].join("\n"),
    ...of,
  };
};
const WITH_TARGET = "check --target $folder/mine.yaml --suite auth";
const websocket = (more: string) => target(`websocket: { scheme: ws, port: 6001, ${more} }`);

/** A scenario file of one step more. */
const scenario = (step: string): Record<string, string> => ({
  "mine.yaml": [
    "version: 1",
    "suite: mine",
    "scenarios:",
    "  - id: mine/one",
    "    title: One",
    "    clients: { ana: {} }",
    "    steps:",
    "      - ana: connects",
    `      - ${step}`,
  ].join("\n"),
});
const WITH_SCENARIO = "check --scenario $folder/mine.yaml --out $folder";

const MISTAKES: readonly Mistake[] = [
  {
    args: WITH_SCENARIO,
    files: scenario("ana: { subscribes: $channle, checks: P-076 }"),
    code: "PLB_BAD_FILE",
    says: "mine.yaml:9:28: nothing in this scenario is named $channle",
  },
  {
    args: WITH_SCENARIO,
    files: scenario("ana: { subscribes: orders, checks: P-999 }"),
    code: "PLB_BAD_FILE",
    says: "mine.yaml:9:1: there is no requirement P-999",
  },
  { args: "chek", code: "PLB_OPTIONS", says: "Did you mean check?" },
  { args: "check --suit auth", code: "PLB_OPTIONS", says: "Did you mean --suite?" },
  { args: "check auth", code: "PLB_USAGE", says: "choose by --suite auth" },
  { args: "check --suite atuh", code: "PLB_UNKNOWN_NAME", says: 'Did you mean "auth"?' },
  { args: "check --suite counts --suite atuh", code: "PLB_UNKNOWN_NAME", says: '"atuh"' },
  { args: "check --requirement P-999", code: "PLB_UNKNOWN_NAME", says: 'requirement "P-999"' },
  { args: "check --scenario auth/privat/refused", code: "PLB_UNKNOWN_NAME", says: "no scenario" },
  {
    args: "check --suite counts --requirement P-099",
    code: "PLB_NOTHING_CHOSEN",
    says: "no scenario matches all",
  },
  { args: "scenarios --suite atuh", code: "PLB_UNKNOWN_NAME", says: 'Did you mean "auth"?' },
  { args: "prove --suite atuh", code: "PLB_UNKNOWN_NAME", says: 'Did you mean "auth"?' },
  { args: "check --target soketii", code: "PLB_UNKNOWN_NAME", says: 'Did you mean "soketi"?' },
  { args: "check --application referense", code: "PLB_UNKNOWN_NAME", says: '"reference"?' },
  { args: "load smal", code: "PLB_UNKNOWN_NAME", says: 'Did you mean "small"?' },
  { args: "capacity --from 40 --max 20", code: "PLB_USAGE", says: "--from 40 is more than --max" },
  { args: "check --junit $folder", code: "PLB_CANNOT_WRITE", says: "is a folder" },
  { args: "check --out /proc/reports", code: "PLB_CANNOT_WRITE", says: "nothing can be written" },
  { args: "load --out /proc/reports", code: "PLB_CANNOT_WRITE", says: "nothing can be written" },
  {
    args: "check --expected $folder/list.yaml --suite counts",
    code: "PLB_BAD_FILE",
    says: 'list.yaml:3:1: no scenario matches "counts/*". Did you mean "counts/**"? * stands for',
    files: {
      "list.yaml":
        "version: 1\nexpected:\n  - { scenario: 'counts/*', requirement: P-186, reason: so }\n",
    },
  },
  {
    args: "check --expected $folder/list.yaml --suite counts",
    code: "PLB_BAD_FILE",
    says: 'list.yaml:3:1: there is no requirement P-999. Did you mean "P-099"?',
    files: {
      "list.yaml":
        "version: 1\nexpected:\n  - { scenario: '**', requirement: P-999, reason: so }\n",
    },
  },
  {
    args: "check --expected $folder/list.yaml --suite counts",
    code: "PLB_BAD_FILE",
    says:
      'list.yaml:4:1: no scenario matches "cache/mises/every-time". Did you mean "cache/misses/every-time"?',
    files: {
      "list.yaml": [
        "version: 1",
        "expected:",
        "  - { scenario: 'auth/**', requirement: P-186, reason: so }",
        "  - { scenario: cache/mises/every-time, requirement: P-186, reason: so }",
      ].join("\n"),
    },
  },
  { args: "check --write-expected $folder", code: "PLB_CANNOT_WRITE", says: "is a folder" },
  {
    args: WITH_TARGET,
    files: target('api: { scheme: http, host: 127.0.0.1, port: "60x" }'),
    code: "PLB_BAD_FILE",
    says: 'expected a port from 1 to 65535, found "60x"',
  },
  {
    args: WITH_TARGET,
    files: websocket('host: "https://ws.example.com"'),
    code: "PLB_BAD_FILE",
    says: 'mine.yaml:4:44: websocket.host: expected a host such as "ws.example.com"',
  },
  {
    args: WITH_TARGET,
    files: websocket("host: 127.0.0.1, path: ws"),
    code: "PLB_BAD_FILE",
    says: 'expected a path that begins with "/", such as "/ws"; found "ws"',
  },
  {
    args: WITH_TARGET,
    files: websocket("host: 127.0.0.1, ca: $folder/none.pem"),
    code: "PLB_BAD_FILE",
    says: "none.pem cannot be read: there is no such file",
  },
  {
    args: WITH_TARGET,
    files: { ...websocket("host: 127.0.0.1, ca: $folder/mine.yaml") },
    code: "PLB_BAD_FILE",
    says: "holds no certificate in PEM",
  },
  {
    args: WITH_TARGET,
    files: target('apps: { main: { id: id, key: "${MY_KEY}", secret: secret } }'),
    env: { MY_KEY: "" },
    code: "PLB_BAD_FILE",
    says: "the environment variable MY_KEY is empty",
  },
  {
    args: WITH_TARGET,
    files: target('apps: { main: { id: id, key: "${MY_KEY:-key}", secret: secret } }'),
    env: { MY_KEY: '"key"' },
    code: "PLB_BAD_FILE",
    says: "MY_KEY has quotes around its value",
  },
  {
    args: WITH_TARGET,
    files: target("api: { host: 127.0.0.1, port: 6001 }"),
    code: "PLB_BAD_FILE",
    says: "api.scheme: it is missing; expected one of http, https",
  },
  {
    args: "check --scenario $folder/mine.yaml",
    files: { "mine.yaml": "" },
    code: "PLB_BAD_FILE",
    says: "mine.yaml:1:1: the file is empty",
  },
  {
    args: WITH_TARGET,
    files: { "mine.yaml": "version: 1\n---\nname: mine\n" },
    code: "PLB_BAD_FILE",
    says: "mine.yaml:2:1: a second document begins here (---); a file holds one",
  },
  {
    args: "report $folder/none.jsonl --out $folder",
    code: "PLB_BAD_RECORD",
    says: "none.jsonl cannot be read: there is no such file",
  },
  { args: "serve --apps $folder/none.json", code: "PLB_USAGE", says: "none.json" },
  {
    args: "report $folder/notes.txt --out $folder",
    files: { "notes.txt": "hello" },
    code: "PLB_BAD_RECORD",
    says: "neither the record.jsonl",
  },
];

describe("a mistake ends with exit code 2 and one sentence:", () => {
  for (const { args, code, says, files = {}, env = {} } of MISTAKES) {
    it(`${args}${files["mine.yaml"] ? ` (${says})` : ""}`, async () => {
      await withFolder(async (folder) => {
        const here = (text: string) => text.replaceAll("$folder", folder);
        for (const [name, text] of Object.entries(files)) {
          await Deno.writeTextFile(join(folder, name), here(text));
        }
        const ran = await plumbline(here(args).split(" "), env);
        assertEquals(ran.code, 2, ran.err);
        assertStringIncludes(ran.err, says);
        assertEquals(ran.err.trim().endsWith(`[${code}]`), true, ran.err);
        assertEquals(ran.err.includes("    at "), false, "a stack trace");
      });
    });
  }
});

describe("a port that is taken", () => {
  it("keeps the reference server from starting, with one sentence", async () => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr as Deno.NetAddr; // a TCP listener has one
    const ran = await plumbline(["serve"], { REVERB_SERVER_PORT: String(port) });
    assertEquals(ran.code, 2, ran.err);
    assertStringIncludes(ran.err, "set another REVERB_SERVER_PORT");
    assertEquals(ran.err.trim().endsWith("[PLB_PORT_TAKEN]"), true, ran.err);
  });
});

describe("what is no mistake:", () => {
  it("a reader that has seen enough of a list", async () => {
    const list = new Deno.Command("sh", {
      args: ["-c", '"$0" run --quiet -A main.ts scenarios | head -1; echo "$?"', Deno.execPath()],
      cwd: new URL("../..", import.meta.url),
    });
    const { stdout, stderr } = await list.output();
    assertEquals(new TextDecoder().decode(stdout).trim().split("\n").length, 2);
    assertEquals(new TextDecoder().decode(stderr), "");
  });
});
