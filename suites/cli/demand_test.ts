import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { demandOf } from "../engine/demand.ts";
import { spentBy } from "../engine/spent.ts";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import { readRecord } from "../record/check/read.ts";
import { loadScenarios } from "./load_scenarios.ts";
import { plumbline, root, withFolder } from "./testing.ts";
import { VOCABULARY } from "./vocabulary.ts";

const demand = (steps: string, depth: "quick" | "full" = "quick") => {
  const [scenario] = parseScenarios(
    readSource(
      "demand.yaml",
      `version: 1
suite: demand
scenarios:
  - id: demand/one
    title: One
    clients: { ana: {}, crowd: { count: 5 } }
    steps:
${steps.split("\n").map((line) => `      ${line}`).join("\n")}`,
    ),
    VOCABULARY,
  );
  assert(scenario);
  return demandOf(scenario, depth);
};

describe("what a scenario asks of its target", () => {
  it("counts every client of a group, and every round of a repeat", () => {
    const steps = `- crowd: connects
- repeat:
    times: { quick: 3, full: 7 }
    steps:
      - publish: { on: [orders, invoices], event: Shipped }
      - crowd: { receives: Shipped }`;
    assertEquals(demand(steps), {
      connections: 5,
      messages: 3 * (2 + 5),
      floods: 0,
      restarts: 0,
      terminations: 0,
    });
    assertEquals(demand(steps, "full").messages, 7 * (2 + 5));
  });

  it("counts floods, restarts and terminations", () => {
    const { floods, restarts, terminations, messages } = demand(`- ana: connects
- flood: { of: pings, times: { quick: 9, full: 99 }, beside: ana, within: 1s }
- server: restarted
- call: { method: POST, path: "/users/{ana}/terminate_connections", body: {} }
- call: { method: POST, path: /events, body: {}, sign: { spoil: other case } }`);
    assertEquals({ floods, restarts, terminations }, { floods: 1, restarts: 1, terminations: 1 });
    assertEquals(messages, 0, "a call that is signed wrongly publishes nothing");
  });

  it("is never more than what a check of the reference server then does", () =>
    withFolder(async (out) => {
      const suites = ["whispers", "ordering", "presence", "api"];
      const { code, err } = await plumbline([
        ...["check", "--out", out],
        ...suites.flatMap((suite) => ["--suite", suite]),
      ]);
      assertEquals(code, 0, err);
      const view = await readRecord(join(out, "record.jsonl"));
      const scenarios = new Map(
        (await loadScenarios(join(root, "scenarios"))).map((one) => [one.id, one]),
      );
      let judged = 0;
      const over = view.cases.flatMap(({ attempt: { id }, evidence }) => {
        const scenario = scenarios.get(id);
        if (!scenario) return [];
        judged++;
        const asked = demandOf(scenario, "quick");
        const spent = spentBy(evidence);
        return asked.connections > spent.connections || asked.messages > spent.messages
          ? [{ id, asked, spent }]
          : [];
      });
      assert(judged > 300, `${judged} scenarios`);
      assertEquals(over, []);
    }));
});
