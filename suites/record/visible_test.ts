import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { shortened, visible, visibleLine } from "./visible.ts";

describe("hostile text, made visible", () => {
  it("shows control characters, direction marks and lone surrogates as escapes", () => {
    assertEquals(visible("a\u0000b\u001bc"), "a\\u{0}b\\u{1b}c");
    assertEquals(visible("user\u202eexe"), "user\\u{202e}exe");
    assertEquals(visible("\ud800x\udc00\uffff"), "\\u{d800}x\\u{dc00}\\u{ffff}");
  });

  it("leaves other text alone, whatever its script", () => {
    const text = "naïve — 日本語 🎉\n\tindented";
    assertEquals(visible(text), text);
  });

  it("keeps to one line when asked", () => {
    assertEquals(visibleLine("a\nb\tc\r"), "a\\nb\\tc\\u{d}");
  });

  it("cuts long text and says so", () => {
    assertEquals(shortened("abcdef", 4), "abc…");
    assertEquals(shortened("abcd", 4), "abcd");
  });
});
