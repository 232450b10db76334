/** Writing the record while a run goes on: every line as it happens, secrets masked. */
import { PlumblineError } from "../errors.ts";
import { jsonText } from "../json_text.ts";
import { UsageError } from "../usage_error.ts";
import type { RecordLine } from "./lines.ts";

export interface RecordKeeper {
  readonly path: string;
  /** Never throws: it is called where a connection tells something, and nobody could catch it. */
  write(line: RecordLine): void;
  /** Brings everything written so far to the disk. */
  flush(): void;
  /** Aborted, with the reason, as soon as something could not be written; nothing is from then on. */
  readonly failed: AbortSignal;
  /** Writes what is left, and lets go of the file. What is written later is lost. */
  close(): void;
}

/** The record could not be written: a full disk, a folder that is not ours. Exit code 3. */
export class CannotRecord extends PlumblineError {
  override readonly name = "CannotRecord";
  constructor(message: string, options?: ErrorOptions) {
    super("PLB_CANNOT_RECORD", message, options);
  }
}

const BUFFER_CHARACTERS = 256 * 1024;
/** No line waits for longer: whoever kills this process loses no more than that. */
const FLUSH_MS = 1000;

/**
 * Opens a new record at `path`, which is this run's own until it is closed or this process ends.
 *
 * @throws {UsageError} when another run writes there.
 * @throws {CannotRecord} when nothing can be written there.
 */
export function keepRecord(path: string, mask: (text: string) => string): RecordKeeper {
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (cause) {
      throw new CannotRecord(
        `${path} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
      );
    }
  };
  // What another run writes is cut only once it is known that there is none.
  const file = attempt(() => Deno.openSync(path, { write: true, create: true }));
  if (!file.tryLockSync(true)) {
    file.close();
    throw new UsageError(
      `another run writes ${path}; wait for its end, or name another folder with --out`,
      "PLB_CANNOT_WRITE",
    );
  }
  attempt(() => file.truncateSync());
  const encoder = new TextEncoder();
  let waiting: string[] = [];
  let size = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  const failed = new AbortController();
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (size === 0 || failed.signal.aborted) return;
    const bytes = encoder.encode(mask(waiting.join("")));
    waiting = [];
    size = 0;
    try {
      attempt(() => {
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      });
    } catch (error) {
      failed.abort(error);
    }
  };
  return {
    path,
    write: (line) => {
      if (isClosed || failed.signal.aborted) return;
      const text = `${jsonText(line)}\n`;
      waiting.push(text);
      size += text.length;
      if (size >= BUFFER_CHARACTERS) return flush();
      timer ??= setTimeout(flush, FLUSH_MS);
    },
    flush,
    failed: failed.signal,
    close: () => {
      flush();
      isClosed = true;
      file.close();
    },
  };
}
