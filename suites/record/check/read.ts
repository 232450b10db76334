/**
 * Reads a record back. A run that was killed leaves half a last line and no `finish`; both are
 * read as what they are, a run that is not complete.
 */
import { PlumblineError } from "../errors.ts";
import { TextLineStream } from "@std/streams";
import type { Evidence } from "../evidence.ts";
import type { Probed } from "../probed.ts";
import type { CaseResult } from "../verdict.ts";
import {
  type BaselineLine,
  type CaseLine,
  type FinishLine,
  READABLE_VERSIONS,
  type RecordLine,
  type RunLine,
} from "./lines.ts";
import { fileTrouble } from "../file_trouble.ts";

/** One scenario with all that was recorded of it. */
export interface CaseView {
  readonly attempt: CaseLine;
  /** The last verdict; absent when the run ended before there was one. */
  readonly result?: CaseResult;
  /** Read from its lines whenever it is asked for: all scenarios' evidence together fills much memory. */
  readonly evidence: readonly Evidence[];
}

/** A whole run, as every report sees it. */
export interface RunView {
  readonly run: RunLine;
  /** What the target offers; records of runs that had no probe, or ended before it, have none. */
  readonly probed?: Probed;
  /** In the order they were told. */
  readonly cases: readonly CaseView[];
  /** What belongs to no scenario: the server starting, canaries, the run-wide audit. */
  readonly apart: readonly Evidence[];
  /** The list of expected verdicts; absent where there was none, or the run ended before. */
  readonly baseline?: BaselineLine;
  /** Absent when the run was killed. */
  readonly finish?: FinishLine;
}

/** The file is no record this version can read; the message says which line is wrong, and how. */
export class RecordError extends PlumblineError {
  override readonly name = "RecordError";
  constructor(message: string, options?: ErrorOptions) {
    super("PLB_BAD_RECORD", message, options);
  }
}

/**
 * Reads the record at `path`.
 *
 * @throws {RecordError} when it is no record, or one of a later version.
 */
export async function readRecord(path: string): Promise<RunView> {
  const unreadable = (why: string) => new RecordError(`${path} cannot be read: ${why}`);
  const file = await Deno.open(path).catch((cause: Error) => {
    throw unreadable(fileTrouble(cause));
  });
  if ((await file.stat()).isDirectory) {
    file.close();
    throw unreadable("it is a folder");
  }
  // Not node:readline: it takes the line separators of Unicode, which JSON may hold, for line ends.
  return await parseRecord(
    file.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()),
  );
}

/** Reads the lines of a record, in order. */
export async function parseRecord(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<RunView> {
  const collected = collector();
  let number = 0;
  let unreadable: { number: number; cause: unknown } | undefined;
  for await (const text of lines) {
    number += 1;
    if (text === "") continue;
    if (unreadable) {
      throw new RecordError(`line ${unreadable.number} is not JSON`, { cause: unreadable.cause });
    }
    try {
      collected.add(recordLine(text, number), text);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      unreadable = { number, cause };
    }
  }
  return collected.view();
}

/** Trusts the shape of a line, which this project wrote itself; checks only that it is one. */
function recordLine(text: string, number: number): RecordLine {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("line" in value)) {
    throw new RecordError(`line ${number} is not a line of a record: it has no "line"`);
  }
  return value as RecordLine;
}

interface CaseParts {
  readonly attempt: CaseLine;
  result?: CaseResult;
  /** Lines of evidence, as they stand in the record. */
  readonly lines: string[];
}

/** Reads evidence from its lines; what was asked for last is kept. */
function evidenceReader(): (lines: readonly string[]) => readonly Evidence[] {
  let last: { readonly lines: readonly string[]; readonly read: readonly Evidence[] } | undefined;
  return (lines) => {
    if (last?.lines !== lines) last = { lines, read: lines.map((line) => JSON.parse(line)) };
    return last.read;
  };
}

function collector(): { add(line: RecordLine, text: string): void; view(): RunView } {
  let run: RunLine | undefined;
  let probed: Probed | undefined;
  let baseline: BaselineLine | undefined;
  let finish: FinishLine | undefined;
  const cases = new Map<string, CaseParts>();
  const apart: Evidence[] = [];

  function add(line: RecordLine, text: string): void {
    switch (line.line) {
      case "run":
        run = readable(line);
        break;
      case "case":
        cases.set(line.id, { attempt: line, lines: cases.get(line.id)?.lines ?? [] });
        break;
      case "probe":
        probed = line;
        break;
      case "evidence": {
        const parts = cases.get(line.case);
        if (parts) parts.lines.push(text);
        else apart.push(line);
        break;
      }
      case "verdict": {
        const judged = cases.get(line.id);
        if (judged) judged.result = line;
        break;
      }
      case "baseline":
        baseline = line;
        break;
      case "finish":
        finish = line;
        break;
    }
  }

  function view(): RunView {
    if (!run) throw new RecordError("this is no record: it has no run line");
    const evidenceOf = evidenceReader();
    return {
      run,
      cases: [...cases.values()].map(({ attempt, result, lines }) => ({
        attempt,
        ...(result && { result }),
        get evidence() {
          return evidenceOf(lines);
        },
      })),
      apart,
      ...(probed && { probed }),
      ...(baseline && { baseline }),
      ...(finish && { finish }),
    };
  }

  return { add, view };
}

function readable(line: RunLine): RunLine {
  if (!READABLE_VERSIONS.has(line.schemaVersion)) {
    throw new RecordError(
      `the record has schema version ${line.schemaVersion}; this Plumbline reads ${
        [...READABLE_VERSIONS].join(" and ")
      }`,
    );
  }
  return line;
}
