/** What a run shows while it goes on: one line that changes on a terminal, plain lines elsewhere. */
import { bold, cyan, dim, green, red, yellow } from "@std/fmt/colors";
import { type CaseResult, type Verdict, VERDICTS } from "../record/verdict.ts";
import type { Scenario } from "../engine/scenario.ts";
import { offer, type Probed } from "../record/probed.ts";

export interface Progress {
  begin(target: string, scenarios: number, skipped: number): void;
  probed(probed: Probed): void;
  result(scenario: Scenario, result: CaseResult): void;
  end(): void;
}

/** In colour when they are shown, which is not known when this file is read. */
const SIGN: Readonly<Record<Verdict, () => string>> = {
  pass: () => green("✔"),
  info: () => cyan("i"),
  skip: () => dim("–"),
  known: () => dim("k"),
  warn: () => yellow("!"),
  fail: () => red("✘"),
};

/** Shows failures and warnings as they come, and how far the run is. `print` gets whole lines. */
export function showProgress(terminal: boolean, write: (text: string) => void): Progress {
  const verdicts = new Map<string, Verdict>();
  let total = 0;
  const status = () => {
    const counts = VERDICTS.map((verdict) =>
      [verdict, [...verdicts.values()].filter((v) => v === verdict).length] as const
    )
      .filter(([, count]) => count > 0)
      .map(([verdict, count]) => `${SIGN[verdict]()} ${count}`);
    return `${verdicts.size}/${total}  ${counts.join("  ")}`;
  };
  const clear = terminal ? "\r\x1b[K" : "";
  return {
    begin: (target, scenarios, skipped) => {
      total = scenarios + skipped;
      write(`${bold(target)}: ${scenarios} scenarios, ${skipped} skipped\n`);
    },
    probed: (probed) => {
      write(`${dim(offer(probed))}\n`);
      for (const doubt of probed.doubts) write(`${SIGN.warn()} ${doubt}\n`);
    },
    result: (scenario, result) => {
      verdicts.set(scenario.id, result.verdict);
      if (result.verdict === "fail" || result.verdict === "warn") {
        write(`${clear}${SIGN[result.verdict]()} ${scenario.id}\n`);
        for (const check of result.checks) {
          if (check.verdict !== "fail" && check.verdict !== "warn") continue;
          write(
            `    ${check.requirement} ${dim(check.level)} ${check.message.replaceAll("\n", " ")}\n`,
          );
        }
      }
      if (terminal) write(`${clear}${status()}`);
    },
    end: () => write(`${clear}${status()}\n`),
  };
}
