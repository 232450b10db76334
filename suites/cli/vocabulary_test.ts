import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { VOCABULARY } from "./vocabulary.ts";

describe("the vocabulary", () => {
  it("has one verb for each word", () => {
    const words = VOCABULARY.map(({ actor, name }) => `${actor} ${name}`);
    assertEquals(words.filter((word, at) => words.indexOf(word) !== at), []);
  });
});
