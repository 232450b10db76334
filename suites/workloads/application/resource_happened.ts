/** Which transitions of a declared resource have happened, as the evidence of a scenario has it. */
import type { Evidence } from "../../record/evidence.ts";
import { turnsOf } from "../../engine/view.ts";
import { isRecord } from "../../wire/frame.ts";
import type { AskedOf } from "../../steps/application/resources.ts";
import { judgeHistory } from "../races/linearizable.ts";
import { effectsOf } from "../races/resource_model.ts";
import { historyOf, modelOf, type RaceOf } from "./resource_race.ts";

/**
 * The transitions of one resource since an event of the evidence, in their order. Undefined where
 * there was a race whose answers no order explains: what happened there nobody can tell.
 */
export function transitionsOf(
  id: string,
  events: readonly Evidence[],
  since: number,
): readonly string[] | undefined {
  const turns = [...turnsOf(events, 0).values()].flat()
    .filter(({ view }) => view.begin >= since)
    .sort((a, b) => a.view.begin - b.view.begin);
  const made: string[] = [];
  for (const { params, view: { ended: { facts } } } of turns) {
    if (!isRecord(params) || facts === undefined) continue;
    if (params.of === id && "started" in facts) {
      const race = facts as unknown as RaceOf; // as the verb `race` wrote it
      const model = modelOf(race);
      const verdict = judgeHistory(historyOf(race, events), model);
      if (verdict.linearizable !== true) return undefined;
      made.push(...effectsOf(verdict.order, model).map(({ name }) => name));
      // Whoever asked once more, alone, where nobody had been agreed to.
      if (race.alone?.answer.outcome === "accepted") made.push(race.alone.asks);
      continue;
    }
    if (params.moves !== id || !("answer" in facts)) continue;
    const { answer } = facts as unknown as AskedOf; // as the verb `moves` wrote it
    if (answer.outcome === "accepted" && params.again !== true) made.push(String(params.by));
  }
  return made;
}
