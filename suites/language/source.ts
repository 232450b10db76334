/** Reading one YAML file into a document that remembers where everything stands. */
import { LineCounter, parseDocument } from "yaml";
import { fileTrouble } from "../record/file_trouble.ts";
import { BadFile, type Source } from "./bad_file.ts";

/** Problems that the parser words for programmers, by its code. */
const IN_OUR_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "a second document begins here (---); a file holds one",
};

/** Parses YAML text. Throws `BadFile` with the position, and the parser's own words mostly. */
export function readSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const problems = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { file, line, column: col, message: IN_OUR_WORDS[error.code] ?? error.message };
  });
  if (problems.length === 0 && document.contents === null) {
    problems.push({ file, line: 1, column: 1, message: "the file is empty" });
  }
  if (problems.length > 0) throw new BadFile(problems);
  return { file, document, lines, text };
}

/** Reads and parses a YAML file. Throws `BadFile` when it is missing or malformed. */
export async function loadSource(file: string): Promise<Source> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (cause) {
    const message = `cannot be read: ${fileTrouble(cause)}`;
    throw new BadFile([{ file, line: 1, column: 1, message }]);
  }
  return readSource(file, text);
}
