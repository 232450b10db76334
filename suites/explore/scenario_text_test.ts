import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { VOCABULARY } from "../cli/vocabulary.ts";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import { histories, type History } from "./history.ts";
import { scenarioText, stepsOf } from "./scenario_text.ts";

const APPS = { main: "main", other: "second" };
const history = (acts: History["acts"], isPaced = false): History => ({
  app: 0,
  channels: ["orders", "presence-orders"],
  isPaced,
  acts,
});

describe("a generated history", () => {
  it("is always a scenario that can be saved and run", () => {
    fc.assert(
      fc.property(histories(1), (history) => {
        const text = scenarioText(history, APPS, "explore/history/one", "Generated");
        assertEquals(parseScenarios(readSource("generated.yaml", text), VOCABULARY).length, 1);
      }),
      { numRuns: 100 },
    );
  });

  it("connects whoever acts, once, and again after a close", () => {
    const steps = stepsOf(
      history([
        { do: "leave", who: "ana", channel: 0 },
        { do: "leave", who: "ana", channel: 1 },
        { do: "close", who: "ana" },
        { do: "leave", who: "ana", channel: 0 },
      ]),
      APPS,
    );
    assertEquals(steps, [
      { ana: "connects" },
      { ana: { unsubscribes: "orders" } },
      { ana: { unsubscribes: "presence-orders" } },
      { ana: "disconnects" },
      { ana: "connects" },
      { ana: { unsubscribes: "orders" } },
    ]);
  });

  it("waits after each message where its acts do not overlap", () => {
    const steps = stepsOf(history([{ do: "leave", who: "ana", channel: 0 }], true), APPS);
    assertEquals(steps.at(-1), { ana: "isHeard" });
  });

  it("leaves the other app out where the target has none", () => {
    const acts: History["acts"] = [{ do: "leave", who: "zoe", channel: 0 }, {
      do: "leave",
      who: "ana",
      channel: 0,
    }];
    const steps = stepsOf(history(acts), { main: "main", other: undefined });
    assertEquals(steps, [{ ana: "connects" }, { ana: { unsubscribes: "orders" } }]);
  });
});
