/** Writing the record while a run goes on: every line as it happens, secrets masked. */
import { PlumblineError } from "../errors.ts";
import { UsageError } from "../usage_error.ts";
import type { RecordLine } from "./lines.ts";

export interface RecordKeeper {
  readonly path: string;
  write(line: RecordLine): void;
  /** Brings everything written so far to the disk. */
  flush(): void;
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
  let failure: unknown;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (size === 0) return;
    const bytes = encoder.encode(mask(waiting.join("")));
    waiting = [];
    size = 0;
    attempt(() => {
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    });
  };
  return {
    path,
    write: (line) => {
      if (failure !== undefined) throw failure;
      const text = `${JSON.stringify(line)}\n`;
      waiting.push(text);
      size += text.length;
      if (size >= BUFFER_CHARACTERS) return flush();
      timer ??= setTimeout(() => {
        try {
          flush();
        } catch (error) {
          failure = error; // whoever writes next is told
        }
      }, FLUSH_MS);
    },
    flush,
    close: () => {
      flush();
      file.close();
    },
  };
}
