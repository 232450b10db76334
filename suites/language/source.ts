/** Reading one YAML file into a document that remembers where everything stands. */
import { LineCounter, parseDocument } from "yaml";
import { BadFile, type Source } from "./bad_file.ts";

/** Parses YAML text. Throws `BadFile` with the parser's own words and position. */
export function readSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { file, line, column: col, message: error.message };
  });
  if (problems.length > 0) throw new BadFile(problems);
  return { file, document, lines, text };
}

/** Reads and parses a YAML file. Throws `BadFile` when it is missing or malformed. */
export async function loadSource(file: string): Promise<Source> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "no such file" : String(cause);
    throw new BadFile([{ file, line: 1, column: 1, message: `cannot be read: ${reason}` }]);
  }
  return readSource(file, text);
}
