import { assertEquals, assertThrows } from "@std/assert";
import { parseExactly } from "./exact_json.ts";

Deno.test("numbers are written again as they were read", () => {
  for (
    const text of [
      "1.0",
      "-0",
      "1.50",
      "1e400",
      "9007199254740993",
      '{"id":12345678901234567890,"of":[1.0,{"a":-0}],"name":"1.0"}',
    ]
  ) assertEquals(JSON.stringify(parseExactly(text)), text);
});

Deno.test("what JSON.parse refuses is refused", () => {
  assertThrows(() => parseExactly("{"), SyntaxError);
});
