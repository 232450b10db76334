import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { root } from "./testing.ts";
import { argumentsOf, examplesOf } from "./verbs_page.ts";
import { VOCABULARY } from "./vocabulary.ts";

const inWords = ({ name, form }: { name: string; form?: string }) =>
  form === undefined ? name : `${name} with ${form}`;

describe("the vocabulary", () => {
  it("has one verb for each form of a word", () => {
    const words = VOCABULARY.map(({ actor, name, form = "" }) => `${actor} ${name} ${form}`);
    assertEquals(words.filter((word, at) => words.indexOf(word) !== at), []);
  });

  it("has at most 116 words to learn", () => {
    const words = new Set(VOCABULARY.map(({ name }) => name));
    assert(words.size <= 116, `${words.size} words`);
  });

  it("describes every argument", () => {
    const undescribed = VOCABULARY.flatMap((verb) =>
      argumentsOf(verb).filter(({ about }) => about === "").map(({ name }) =>
        `${inWords(verb)}: ${name}`
      )
    );
    assertEquals(undescribed, []);
  });

  it("has a scenario for every form of every word", async () => {
    const examples = await examplesOf(root);
    assertEquals(VOCABULARY.filter((verb) => !examples.has(verb)).map(inWords), []);
  });
});
