import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { isColoured } from "./colour.ts";
import { start, withFolder } from "./testing.ts";

// deno-lint-ignore no-control-regex -- that is what is looked for
const ESCAPE = /\x1b\[/;

/** What a check writes into a pipe. */
function piped(env: Record<string, string>): Promise<string> {
  return withFolder(async (out) => {
    const { stderr } = await start(["check", ...ONE, "--out", out], env).output();
    return new TextDecoder().decode(stderr);
  });
}

const ONE = ["--scenario", "protocol/handshake/app-path"];

describe("colours", () => {
  it("are for terminals, and for whoever asks for them", () => {
    const of = (terminal: boolean, noColor: boolean, forceColor?: string) =>
      isColoured({ terminal, noColor, forceColor });
    assertEquals(of(true, false), true);
    assertEquals(of(false, false), false);
    assertEquals(of(false, false, "1"), true);
    assertEquals(of(false, false, ""), false);
    assertEquals(of(true, true), false);
    assertEquals(of(true, true, "1"), false);
  });

  it("stay out of a pipe", async () => {
    assert(!ESCAPE.test(await piped({ NO_COLOR: "" })));
    assertMatch(await piped({ NO_COLOR: "", FORCE_COLOR: "1" }), ESCAPE);
  });
});
