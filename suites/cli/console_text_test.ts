import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { consoleText } from "./console_text.ts";

describe("what a terminal or a log is given", () => {
  it("keeps colours and the line that changes", () => {
    const own = "\r\x1b[K\x1b[31mred\x1b[39m\n\tand more\n";
    assertEquals(consoleText(own), own);
  });

  it("holds nothing else that a terminal obeys", () => {
    assertEquals(
      consoleText("a\x1b]0;title\x07 \x1b[2J \r\u202e\u009b1m"),
      "a\\u{1b}]0;title\\u{7} \\u{1b}[2J \\u{d}\\u{202e}\\u{9b}1m",
    );
  });

  it("holds no command of a workflow", () => {
    assertEquals(
      consoleText("said:\n::error::x\n  ::add-mask::y\n##[error]z and a::b"),
      "said:\n\\u{3a}:error::x\n  \\u{3a}:add-mask::y\n#\\u{23}[error]z and a::b",
    );
  });
});
