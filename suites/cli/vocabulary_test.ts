import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { VOCABULARY } from "./vocabulary.ts";

describe("the vocabulary", () => {
  it("has one verb for each form of a word", () => {
    const words = VOCABULARY.map(({ actor, name, form = "" }) => `${actor} ${name} ${form}`);
    assertEquals(words.filter((word, at) => words.indexOf(word) !== at), []);
  });
});
