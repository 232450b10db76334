/** `load --plan`: the plan on a target that is running, for k6 on several machines. */
import { dirname } from "@std/path";
import type { ApplicationFile } from "../applications/file.ts";
import { prepareApplication } from "../applications/start.ts";
import { baseUrl, type Target } from "../../targets/target.ts";
import { putOnSale } from "../load/lot.ts";
import { isResource } from "../load/objective.ts";
import { authorities, planLoad } from "../load/planning.ts";
import type { LoadScenario } from "../load/scenario.ts";

/**
 * Writes it, and what lets its clients into the application, which is running too, beside it: who
 * reads that is let in. Says where. Throws `Unreachable` and `CannotRun`.
 */
export async function writePlan(
  file: string,
  scenario: LoadScenario,
  target: Target,
  application: ApplicationFile | undefined,
  write: (text: string) => void,
): Promise<void> {
  const { websocket, api } = target;
  const read = (file: string | undefined) =>
    file === undefined ? undefined : Deno.readTextFile(file);
  const ca = authorities(await read(websocket.ca), await read(api.ca));
  const sale = application &&
    await putOnSale(
      await prepareApplication(application, target, api, { start: false, isAlone: false }).open(),
      scenario,
    );
  const plan = planLoad(scenario, {
    websocketUrl: baseUrl(websocket),
    apiUrl: baseUrl(api),
    target,
    ...(ca === undefined ? {} : { ca }),
  }, sale);
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeTextFile(file, `${JSON.stringify(plan, null, 2)}\n`);
  for (const { text, figure } of scenario.objectives) {
    if (!isResource(figure)) continue;
    write(`! ${text}: k6 does not see what the target uses, and counts this objective as missed\n`);
  }
  if (!sale) return;
  const session = `${file}.session`;
  await Deno.writeTextFile(session, JSON.stringify(sale.session), { mode: 0o600 });
  await Deno.chmod(session, 0o600); // also one that was there
  write(`k6 needs PLUMBLINE_SESSION="$(cat ${session})"\n`);
}
