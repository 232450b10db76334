import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import { jsonText } from "./json_text.ts";
import { visible } from "./visible.ts";

it("jsonText() holds nothing that cannot be seen, and the same value", () => {
  const value = {
    "\u0085": ["\u0000\u001b[31m\r\n\t", "\u202e\u2028\ud800\udb40\udc01", "naïve 🎉"],
  };
  for (const indent of [undefined, 2]) {
    const text = jsonText(value, indent);
    assertEquals(visible(text), text);
    assertEquals(JSON.parse(text), value);
  }
});
