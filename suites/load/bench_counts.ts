/**
 * Holds the counts of both engines, and of the merge of three processes, against lists of planted
 * truth. It ends with 1 where one differs.
 *
 *     deno task bench:counts [LISTS]      20 lists without a number; needs `deno task k6:build`
 */
import { countedOf, planted } from "./testing/planted.ts";
import { againstScript, WAYS } from "./testing/ways.ts";

const lists = Number(Deno.args[0] ?? 20);
/** Lists at once: a run mostly waits, but a machine that is too busy moves deliveries across their settling time. */
const AT_ONCE = 4;

let differing = 0;
for (const way of Object.keys(WAYS)) {
  const seeds = Array.from({ length: lists }, (_, n) => n + 1);
  let right = 0;
  const next = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const { measurements, truth } = await againstScript(planted(seed), way);
      const counted = countedOf(measurements);
      if (JSON.stringify(counted) === JSON.stringify(truth)) {
        right++;
        continue;
      }
      differing++;
      console.log(`${way}, seed ${seed}:\n  counted ${JSON.stringify(counted)}`);
      console.log(`  planted ${JSON.stringify(truth)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  console.log(`${way}: ${right} of ${lists} lists counted as they were planted`);
}
Deno.exit(differing > 0 ? 1 : 0);
