/** What a run shows while it goes on: one line that changes on a terminal, plain lines elsewhere. */
import { bold, cyan, dim, green, red, yellow } from "@std/fmt/colors";
import { isOwnCase } from "../record/check/own_cases.ts";
import { offer, type Probed } from "../record/probed.ts";
import { visibleLine } from "../record/visible.ts";
import { type Verdict, VERDICTS } from "../record/verdict.ts";

export interface Progress {
  begin(target: string, scenarios: number, skipped: number): void;
  probed(probed: Probed): void;
  /** Something that a user should know, said once however often it is told. */
  warn(text: string): void;
  /** A scenario came to this; what blocks it, and who is to blame, is known when all have ended. */
  judged(id: string, verdict: Verdict): void;
  end(): void;
}

/** In colour when they are shown, which is not known when this file is read. */
const SIGN: Readonly<Record<Verdict, () => string>> = {
  pass: () => green("✔"),
  info: () => cyan("i"),
  skip: () => dim("–"),
  blocked: () => dim("b"),
  known: () => dim("k"),
  expected: () => dim("e"),
  warn: () => yellow("!"),
  late: () => yellow("l"),
  flaky: () => red("~"),
  fail: () => red("✘"),
};

/** Shows how far the run is. */
export function showProgress(
  terminal: boolean,
  write: (text: string) => void,
  warned: Set<string> = new Set(),
): Progress {
  const verdicts = new Map<string, Verdict>();
  let total = 0;
  const scenarios = () => [...verdicts.keys()].filter((id) => !isOwnCase(id)).length;
  const status = () => {
    const counts = VERDICTS.map((verdict) =>
      [verdict, [...verdicts.values()].filter((v) => v === verdict).length] as const
    )
      .filter(([, count]) => count > 0)
      .map(([verdict, count]) => `${SIGN[verdict]()} ${count}`);
    return `${scenarios()}/${total}  ${counts.join("  ")}`;
  };
  const clear = terminal ? "\r\x1b[K" : "";
  return {
    begin: (target, scenarios, skipped) => {
      total = scenarios + skipped;
      write(`${bold(target)}: ${scenarios} scenarios, ${skipped} skipped\n`);
    },
    probed: (probed) => {
      write(`${dim(visibleLine(offer(probed)))}\n`);
      for (const doubt of probed.doubts) write(`${SIGN.warn()} ${visibleLine(doubt)}\n`);
    },
    warn: (text) => {
      if (text !== "" && !warned.has(text)) write(`${SIGN.warn()} ${text}\n`);
      warned.add(text);
    },
    judged: (id, verdict) => {
      verdicts.set(id, verdict);
      if (terminal) write(`${clear}${status()}`);
    },
    end: () => write(`${clear}${status()}\n`),
  };
}
