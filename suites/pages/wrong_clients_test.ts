import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { run } from "../engine/run.ts";
import type { Judged } from "../engine/judge.ts";
import { settle } from "../engine/settle.ts";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import type { Requirement } from "../record/requirement.ts";
import { VOCABULARY } from "../cli/vocabulary.ts";
import { clientFixture, clientRequirements } from "./subject.ts";

const root = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

/**
 * pusher-js itself does nothing wrong, so each scenario here expects of it what it rightly does not
 * do: what a client that kept the opposite rule would do. Every check must fail.
 */
const WRONG = `
version: 1
suite: wrong
scenarios:
  - id: wrong/comes-back
    title: Comes back though it was told to stay away
    clients: { ana: {} }
    steps:
      - script: {}
      - ana: { runs: pusher-js }
      - serverCloses: 4200
      - ana: { staysAway: 1s, checks: P-064 }
  - id: wrong/without-tls
    title: Comes back without TLS
    deadline: 1s
    clients: { ana: {} }
    steps:
      - script: {}
      - ana: { runs: pusher-js }
      - serverCloses: 4200
      - ana: { dialsAgain, scheme: wss, checks: P-065 }
  - id: wrong/at-once
    title: Comes back at once where it had to wait
    clients: { ana: {} }
    steps:
      - script: {}
      - ana: { runs: pusher-js }
      - serverCloses: 4200
      - ana: { dialsAgain, notBefore: 1s, checks: P-066 }
  - id: wrong/late
    title: Comes back late where it had to come at once
    clients: { ana: {} }
    steps:
      - script: {}
      - ana: { runs: pusher-js }
      - serverCloses: 4100
      - ana: { dialsAgain, within: 1s, checks: P-067 }
  - id: wrong/impatient
    title: Gives the connection up before the pong
    clients: { ana: {} }
    steps:
      - script: { pong: 1000 }
      - ana: { runs: pusher-js, settings: { activityTimeout: 300, pongTimeout: 100 } }
      - ana: { pingsWhenIdle, awaits: pong, checks: P-051 }
  - id: wrong/never-pings
    title: Never pings
    deadline: 1s
    clients: { ana: {} }
    steps:
      - script: {}
      - ana: { runs: pusher-js }
      - ana: { pingsWhenIdle, checks: P-050 }
  - id: wrong/forgets-a-channel
    title: Does not subscribe again
    deadline: 2s
    clients: { ana: {} }
    steps:
      - script: {}
      - ana: { runs: pusher-js }
      - ana: { joins: private-orders, waits: false }
      - ana: { says: "pusher:subscribe", on: private-orders }
      - ana: { leaves: private-orders }
      - serverCloses: none
      - ana: dialsAgain
      - ana: { says: "pusher:subscribe", on: private-orders, checks: P-089 }
  - id: wrong/forgets-the-user
    title: Does not sign in again
    deadline: 2s
    clients: { ana: {} }
    steps:
      - script: {}
      - ana: { runs: pusher-js }
      - serverCloses: none
      - ana: dialsAgain
      - ana: { says: "pusher:signin", checks: P-317 }
  - id: wrong/triggers
    title: Sends a client event where it must not
    clients: { ana: {} }
    steps:
      - script: {}
      - ana: { runs: pusher-js }
      - ana: { joins: private-orders }
      - ana: { cannotTrigger: typing, on: private-orders, checks: P-142 }
  - id: wrong/silent-about-the-code
    title: Does not tell the application the code
    deadline: 1s
    clients: { ana: {} }
    steps:
      - script: {}
      - ana: { runs: pusher-js }
      - serverCloses: 4001
      - ana: { sees: error, what: error, data: { error: { data: { code: 4004 } } }, checks: P-315 }
`;

describe("the rules for clients", () => {
  it("catch a client that breaks them", async () => {
    const rows = clientRequirements(await loadCatalogue(root));
    const requirement = (id: string): Requirement => {
      const found = rows.find((row) => row.id === id);
      if (!found) throw new Error(`${id} binds no client`);
      return found;
    };
    const scenarios = parseScenarios(readSource("wrong.yaml", WRONG), VOCABULARY);
    const grading = { requirement, claims: [], known: [], clockOffsetMs: 0 };
    const judged = new Map<string, Judged>();
    await run(scenarios, {
      fixture: clientFixture(),
      recorder: openRecorder(() => {}),
      grading,
      run: "test",
      depth: "quick",
      seed: 1,
      patienceMs: 0,
      isWatched: false,
      signal: new AbortController().signal,
      onJudged: ({ judged: one }) => void judged.set(one.scenario.id, one),
    });
    const results = settle([...judged.values()], grading);
    const caught = scenarios.map(({ id }) => [id, results.get(id)?.verdict]);
    const expected = scenarios.map(({ id, steps }) => {
      const judged = steps.flatMap((step) => step.kind === "action" ? step.checks : []);
      const level = requirement(judged[0]?.requirement ?? "").level;
      return [id, level === "must" ? "fail" : "warn"];
    });
    assertEquals(caught, expected);
  });
});
