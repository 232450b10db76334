import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { audit, type Audited, type Locked } from "./audit.ts";
import { root } from "./testing.ts";

const LOCKED: Locked = {
  name: "ws",
  version: "8.0.0",
  hasScripts: false,
  isOfASystem: false,
  hasIntegrity: true,
};

/** Two packages that are all right. */
const RIGHT: Audited = {
  bounds: { most: 2, licences: ["MIT", "ISC", "Zlib"], exceptions: {} },
  locked: [LOCKED, { ...LOCKED, name: "zod" }],
  wanted: [["deno.json", "ws", "npm:ws@8.0.0"], ["package.json", "@a/b", "1.0.0-beta.1"]],
  refused: [],
  manifest: () => ({ license: "MIT" }),
};

const only = (locked: Locked, more: Partial<Audited> = {}): Audited => ({
  ...RIGHT,
  locked: [locked],
  ...more,
});

describe("an audit of locked packages", () => {
  const wrong: [string, Audited, string[]][] = [
    ["too many", { ...RIGHT, bounds: { ...RIGHT.bounds, most: 1 } }, [
      "2 packages are locked, and .ci/dependencies.json allows 1",
    ]],
    [
      "ranges",
      {
        ...RIGHT,
        wanted: ["^1.0.0", "~1.0.0", "1", "1.x", ">=1.0.0", "latest", "npm:a@1", "npm:@a/b@^1.0.0"]
          .map((version) => ["package.json", "a", version]),
      },
      ["^1.0.0", "~1.0.0", "1", "1.x", ">=1.0.0", "latest", "npm:a@1", "npm:@a/b@^1.0.0"]
        .map((version) => `package.json asks for a ${version}, which is not one version`),
    ],
    ["a script", only({ ...LOCKED, hasScripts: true }), [
      "ws 8.0.0 would run a script when it is installed, and deno.json does not refuse it",
    ]],
    ["no hash", only({ ...LOCKED, hasIntegrity: false }), ["ws 8.0.0 is locked without a hash"]],
    ["a licence", only(LOCKED, { manifest: () => ({ license: "(MIT AND GPL-3.0)" }) }), [
      "ws 8.0.0 has the licence (MIT AND GPL-3.0)",
    ]],
    ["no licence", only(LOCKED, { manifest: () => ({}) }), ["ws 8.0.0 names no licence"]],
    ["what was not downloaded", only(LOCKED, { manifest: () => undefined }), [
      "ws 8.0.0 was not downloaded, so that its licence is not known: run deno install",
    ]],
    ["exceptions of what is gone", only(LOCKED, { refused: ["gone"] }), [
      "gone is not locked any more: take it from the list of exceptions",
    ]],
  ];
  for (const [what, audited, lines] of wrong) {
    it(`names ${what}`, () => assertEquals(audit(audited), lines));
  }

  it("has nothing to say of what is right", () => {
    assertEquals(audit(RIGHT), []);
    const licences = ["(GPL-3.0 OR MIT)", "(MIT AND Zlib)", { type: "ISC" }, [{ type: "MIT" }]];
    for (const license of licences) {
      assertEquals(audit(only(LOCKED, { manifest: () => ({ license }) })), []);
    }
    assertEquals(audit(only({ ...LOCKED, hasScripts: true }, { refused: ["ws"] })), []);
    const unknown = { manifest: () => undefined };
    assertEquals(audit(only({ ...LOCKED, isOfASystem: true }, unknown)), []);
    const bounds = { ...RIGHT.bounds, exceptions: { ws: "MPL-2.0: tests only" } };
    assertEquals(audit(only(LOCKED, { bounds, ...unknown })), []);
  });

  it("of this project finds nothing", async () => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "audit"],
      cwd: root,
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(code, 0, said);
    assertEquals(/^(\d+) packages locked, \1 allowed; nothing is wrong$/m.test(said), true, said);
  });
});
