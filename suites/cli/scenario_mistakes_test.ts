import { assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** What is said of a scenario of ana, bob and a group of racers with this last step. */
const saidOf = (step: string): string =>
  assertThrows(() =>
    parseScenarios(
      readSource(
        "mine.yaml",
        `version: 1
suite: mine
scenarios:
  - id: mine/room/typing
    title: A whisper reaches the others
    clients: { ana: {}, bob: {}, racers: { count: 3 } }
    steps:
      - ana: connects
      - ${step}
`,
      ),
      VOCABULARY,
    )
  ).message;

describe("a mistake in a scenario of one's own is found when it is read", () => {
  for (
    const [what, step, said] of [
      [
        "a client that is not there",
        "publish: { on: room, event: Told, data: {}, except: bobb }",
        'there is no client "bobb". Did you mean "bob"?',
      ],
      [
        "a client's socket in the place of the client",
        "publish: { on: room, event: Told, data: {}, except: $bob.socketId }",
        "expected a client, such as bob, not $bob.socketId",
      ],
      [
        "a client in a list",
        "hides: { resource: loan, secretsOf: it, from: [ana, rivals], checks: APP-409 }",
        'there is no client "rivals".',
      ],
      [
        "somebody who waits for her own whisper",
        "ana: { never: client-typing, after: whisper, from: ana, checks: P-166 }",
        "ana is not sent what she whispers herself",
      ],
      [
        "a whisper of nobody",
        "ana: { never: client-typing, after: whisper, checks: P-166 }",
        "say from whom the whisper would come",
      ],
    ] as const
  ) {
    it(`of ${what}`, () => {
      const message = saidOf(step);
      assertStringIncludes(message, said);
      assertStringIncludes(message, "mine.yaml:9:");
    });
  }
});
