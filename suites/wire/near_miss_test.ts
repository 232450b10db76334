import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { NEAR_MISS_WORDS, nearly } from "./near_miss.ts";

const HEX = "0123456789abcdef".repeat(4);

Deno.test("a near miss is never the text itself", () => {
  for (const text of [HEX, "a".repeat(64), "1", "app-key", "ana-k3f9-02a"]) {
    for (const wrong of NEAR_MISS_WORDS) assertNotEquals(nearly(text, wrong), text, wrong);
  }
});

Deno.test("near misses differ from each other", () => {
  const all = NEAR_MISS_WORDS.map((wrong) => nearly(`a${HEX}`, wrong));
  assertEquals(new Set(all).size, all.length);
});

Deno.test("those that keep a part keep the length", () => {
  assertEquals(nearly(HEX, "all but the first eight").slice(0, 8), HEX.slice(0, 8));
  assertEquals(nearly(HEX, "all but the last eight").slice(-8), HEX.slice(-8));
  assert(nearly(HEX, "the first half").endsWith(HEX.slice(32)));
  assert(nearly(HEX, "the second half").startsWith(HEX.slice(0, 32)));
  assertEquals(nearly(HEX, "all but the first eight").length, HEX.length);
});
