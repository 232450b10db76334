/**
 * Where the application file and the application do not fit, nobody can tell which of them is wrong.
 * A request that was never answered as the file has it, in a whole run, is put down to the file; one
 * that was, elsewhere, is the application's.
 */
import type { Judged } from "./judge.ts";
import { blocked, type Finding } from "./verb.ts";

/** Findings that doubt a request which fitted nowhere, blocked by the file. */
export function withoutMistakesOfTheFile(judged: readonly Judged[]): readonly Judged[] {
  const fitted = new Set(judged.flatMap((one) => one.fitted ?? []));
  const isTheFiles = (doubts: string | undefined) => doubts !== undefined && !fitted.has(doubts);
  return judged.map((one) => {
    const questions = one.questions.map((question) => {
      const { finding } = question;
      if (finding.holds === true || !isTheFiles(finding.doubts)) return question;
      return { ...question, missing: false, finding: asMistake(finding) };
    });
    const { broken } = one;
    return broken !== undefined && isTheFiles(broken.doubts)
      ? { ...one, questions, broken: { ...broken, outside: "file-mismatch" as const } }
      : { ...one, questions };
  });
}

const asMistake = ({ message, quotes }: Finding): Finding =>
  blocked(
    `the application file and the application do not fit: ${message}`,
    quotes,
    "file-mismatch",
  );
