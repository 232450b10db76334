import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { migrated } from "./migrate.ts";
import { readSource } from "./source.ts";

const OLD = `# Why these scenarios are here.
suite: protocol
scenarios:
  - id: protocol/a/b
    title: Nothing is lost
    lane: alone
    clients: { ana: {}, crowd: { count: 3 } }
    steps:
      - ana: { connects: null, query: { protocol: 7 } } # the only one that says so
      # What was there before.
      - ana: { saw: OrderShipped, on: orders, checks: P-080 }
      - ana:
          counts: OrderShipped
          # One, since nobody else publishes.
          times: 1
          checks: P-080

      - serverCuts: null
      - outage: begins
      - repeat:
          times: 2
          steps:
            - together:
                - crowd: { hears: .sold, on: orders }
                - ana: hearsNoAnswer
      - everyMessage: { everyMessage: text, checks: P-024 }
      - noWebhook: { event: channel_vacated, on: orders, past: later, checks: P-285 }
`;

const NOW = `# Why these scenarios are here.
version: 1
suite: protocol
scenarios:
  - id: protocol/a/b
    title: Nothing is lost
    schedule: alone
    clients: { ana: {}, crowd: { count: 3 } }
    steps:
      - ana: { connects, query: { protocol: 7 } } # the only one that says so
      # What was there before.
      - ana: { received: OrderShipped, on: orders, checks: P-080 }
      - ana:
          received: OrderShipped
          # One, since nobody else publishes.
          times: 1
          checks: P-080

      - serverCloses: none
      - server: down
      - repeat:
          times: 2
          steps:
            - together:
                - crowd: { sees: .sold, what: listener, on: orders }
                - ana: receivesNothingElse
      - everyMessage: { is: text, checks: P-024 }
      - webhooks: { times: 0, event: channel_vacated, on: orders, past: later, checks: P-285 }
`;

const now = (text: string) => migrated(readSource("a.yaml", text));

describe("migrate", () => {
  it("rewrites old words, nulls and doubled words, and keeps comments and layout", () => {
    assertEquals(now(OLD), NOW);
  });

  it("changes nothing in a file of today", () => {
    assertEquals(now(NOW), NOW);
  });

  it("gives every other kind of file its version", () => {
    assertEquals(now("# mine\nexpected: []\n"), "# mine\nversion: 1\nexpected: []\n");
  });

  it("moves values where a word's parts have other names now", () => {
    const step = (text: string) =>
      now(`version: 1
scenarios:
  - clients: { ana: {} }
    steps:
      - ana: ${text}
`).split("\n")[4]?.slice("      - ana: ".length);
    assertEquals(
      step("{ isClosedIfTold: null, from: 4100, to: 4199, checks: P-061 }"),
      "{ isClosed, ifTold: { from: 4100, to: 4199 }, checks: P-061 }",
    );
    assertEquals(
      step("{ sawInOrder: [Joined, Left], on: room }"),
      "{ received: Joined, before: Left, on: room }",
    );
    assertEquals(
      step("{ countsNowAndThen: orders, over: 101, times: 1, within: 9s, apart: 4s }"),
      "{ receives: pusher_internal:subscription_count, on: orders, " +
        "data: { subscription_count: { $atLeast: 102 } }, times: 1, within: 9s, apart: 4s }",
    );
    assertEquals(
      step("{ hasMembers: [ana], on: room }"),
      "{ knows: members, is: [ ana ], on: room }",
    );
  });
});
