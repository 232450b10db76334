import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { VOCABULARY } from "../cli/vocabulary.ts";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import { histories, type History } from "./history.ts";
import { scenarioText, stepsOf } from "./scenario_text.ts";
import { kindOf } from "./situation.ts";

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

  it("may hold every kind of act, of several clients of each user, on every kind of channel", () => {
    const all = fc.sample(histories(1), { numRuns: 200, seed: 1 });
    const acts = all.flatMap(({ acts }) => acts);
    assertEquals([...new Set(acts.map((act) => act.do))].sort(), [
      "batch",
      "close",
      "half-close",
      "join own channel",
      "leave",
      "ping",
      "publish",
      "read",
      "reset",
      "send to user",
      "sign in",
      "subscribe",
      "terminate",
      "wait",
      "whisper",
    ]);
    const excluding = acts.filter((act) =>
      act.do === "publish"
        ? act.except
        : act.do === "batch" && act.items.some(({ except }) => except)
    );
    assertEquals(new Set(excluding.map((act) => act.do)).size, 2);
    const kinds = new Set(all.flatMap(({ channels }) => channels).map(kindOf));
    assertEquals(kinds.size, 8, [...kinds].join(", "));
    const asAna = acts.flatMap((act) =>
      act.do === "subscribe" && act.user === "ana" ? act.who : []
    );
    assertEquals(new Set(asAna).size > 2, true);
  });

  it("waits for what a cache keeps where the app says how long, and nowhere else", () => {
    const acts: History["acts"] = [{ do: "wait" }, { do: "leave", who: "ana", channel: 0 }];
    const pauses = (cacheTtlMs?: number) =>
      stepsOf(history(acts), { ...APPS, ...(cacheTtlMs ? { cacheTtlMs } : {}) })
        .flatMap((step) => "pause" in step ? [step.pause] : []);
    assertEquals(pauses(), []);
    assertEquals(pauses(1000).length, 1);
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
