import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { VOCABULARY } from "../cli/vocabulary.ts";
import { BadFile } from "./bad_file.ts";
import { parseScenarios, refuseDuplicates } from "./parse.ts";
import { readSource } from "./source.ts";

const parse = (text: string) => parseScenarios(readSource("scenario.yaml", text), VOCABULARY);

/** A file with one scenario whose steps are given; its steps begin on line 8. */
const withSteps = (...steps: string[]) =>
  [
    "version: 1",
    "suite: auth",
    "scenarios:",
    "  - id: auth/a/b",
    "    title: A scenario",
    "    clients: { ana: {} }",
    "    steps:",
    ...steps.map((s) => `      ${s}`),
  ].join("\n");

const complaint = (text: string) => assertThrows(() => parse(text), BadFile).message;

describe("a scenario file", () => {
  it("becomes scenarios with their steps numbered in the order of the file", () => {
    const [scenario] = parse(
      withSteps(
        "- ana: connects",
        "- repeat: { times: 3, steps: [{ ana: staysOpen }] }",
        "- ana: { isClosed: null, checks: P-045 }",
      ),
    );
    assertEquals(scenario?.steps.map((step) => [step.index, step.kind, step.line]), [
      [0, "action", 8],
      [1, "repeat", 9],
      [3, "action", 10],
    ]);
  });

  it("turns a table of examples into one scenario a row", () => {
    const text = withSteps("- ana: { asksFor: private-x, auth: $auth }").replace(
      "    steps:",
      "    examples:\n      - { name: No Colon, auth: x }\n      - { name: Empty, auth: '' }\n    steps:",
    );
    assertEquals(parse(text).map(({ id, variables }) => [id, variables.auth]), [[
      "auth/a/b/no-colon",
      "x",
    ], ["auth/a/b/empty", ""]]);
  });

  const crossed = (across: string) =>
    withSteps("- ana: { asksFor: $channel, auth: $auth }").replace(
      "    steps:",
      `    examples:\n      - { name: Private, channel: private-x }\n      - { name: Presence, channel: presence-x }\n    across:\n${across}\n    steps:`,
    );

  it("combines every row of examples with every row of across", () => {
    const rows = parse(
      crossed("      - { name: None, auth: none }\n      - { name: Empty, auth: '' }"),
    );
    assertEquals(rows.map(({ id, line }) => [id, line]), [
      ["auth/a/b/private-none", 8],
      ["auth/a/b/private-empty", 8],
      ["auth/a/b/presence-none", 9],
      ["auth/a/b/presence-empty", 9],
    ]);
    assertEquals(rows[1]?.variables, { channel: "private-x", auth: "", example: "Private, Empty" });
  });

  it("refuses a column that both tables have", () => {
    const message = complaint(crossed("      - { name: Other, channel: y, auth: none }"));
    assertStringIncludes(message, '"channel" is a column of examples already');
  });

  it("takes a table of the corpus", () => {
    const text = withSteps("- ana: { sendsText: $data }").replace(
      "    steps:",
      "    examples: { corpus: data }\n    steps:",
    );
    const ids = parse(text).map(({ id }) => id);
    assertEquals(ids.includes("auth/a/b/accents-decomposed"), true);
  });
});

describe("a name in the place of a value that is not text", () => {
  it("is taken as it stands, to be filled in when the step is told", () => {
    const long = "- ana: { idles: null, timeouts: $round }";
    const [scenario] = parse(withSteps(long));
    const [step] = scenario?.steps ?? [];
    assertEquals(step?.kind === "action" && step.params, { idles: null, timeouts: "$round" });
  });

  it("excuses no other text there", () => {
    const message = complaint(withSteps("- ana: { idles: null, timeouts: long }"));
    assertStringIncludes(message, "expected number");
  });
});

describe("a mistake in a scenario file is shown where it stands", () => {
  for (
    const [mistake, text, where, words] of [
      ["broken YAML", "suite: [", "scenario.yaml:1", ""],
      [
        "a misspelt key of the file",
        "suit: auth\nscenarios: []",
        "scenario.yaml:1:1",
        'Did you mean "suite"?',
      ],
      [
        "a misspelt key of the scenario",
        withSteps("- ana: connects").replace("title", "titel"),
        "scenario.yaml:5:5",
        'Did you mean "title"?',
      ],
      [
        "a misspelt verb",
        withSteps("- ana: { subscrbes: x }"),
        "scenario.yaml:8:14",
        'Did you mean "subscribes"?',
      ],
      [
        "a misspelt parameter",
        withSteps("- ana: { receives: x, onn: y }"),
        "scenario.yaml:8:29",
        'Did you mean "on"?',
      ],
      [
        "a client nobody declared",
        withSteps("- anna: connects"),
        "scenario.yaml:8:9",
        'Did you mean "ana"?',
      ],
      [
        "a parameter of the wrong type",
        withSteps("- ana: { receives: 3 }"),
        "scenario.yaml:8",
        "expected string",
      ],
      [
        "checks on a verb that judges nothing",
        withSteps("- ana: { disconnects: null, checks: P-008 }"),
        "scenario.yaml:8",
        "judges nothing",
      ],
      [
        "a requirement id that is none",
        withSteps("- ana: { receives: x, checks: P-8 }"),
        "scenario.yaml:8",
        "P-099",
      ],
      [
        "an id outside its suite",
        withSteps("- ana: connects").replace("auth/a/b", "other/a/b"),
        "scenario.yaml:4",
        "must start with",
      ],
      [
        "a word that is written otherwise now",
        withSteps("- ana: { saw: OrderShipped }"),
        "scenario.yaml:8",
        '"saw" is written "{ received: EVENT }" now; `deno task migrate` rewrites the file',
      ],
      [
        "a file of a version that there is not",
        withSteps("- ana: connects").replace("version: 1\n", "version: 2\n"),
        "scenario.yaml:1",
        "`deno task migrate FILE`",
      ],
      [
        "a step with two keys",
        withSteps("- { ana: connects, eve: connects }"),
        "scenario.yaml:8",
        "one key",
      ],
    ] as const
  ) {
    it(mistake, () => {
      const message = complaint(text);
      assertStringIncludes(message, where);
      assertStringIncludes(message, words);
    });
  }

  it("an id that another file has taken", () => {
    const [scenario] = parse(withSteps("- ana: connects"));
    if (!scenario) throw new Error("the file holds one scenario");
    const error = assertThrows(() => refuseDuplicates([scenario, scenario]), BadFile);
    assertStringIncludes(error.message, "is taken by scenario.yaml:4");
  });
});
