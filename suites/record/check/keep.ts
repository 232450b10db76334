/** Writing the record while a run goes on: every line as it happens, secrets masked. */
import { PlumblineError } from "../errors.ts";
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

/** Opens a new record at `path`. Throws `CannotRecord`. */
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
  const file = attempt(() => Deno.openSync(path, { write: true, create: true, truncate: true }));
  const encoder = new TextEncoder();
  let waiting: string[] = [];
  let size = 0;
  const flush = () => {
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
      const text = `${JSON.stringify(line)}\n`;
      waiting.push(text);
      size += text.length;
      if (size >= BUFFER_CHARACTERS) flush();
    },
    flush,
    close: () => {
      flush();
      file.close();
    },
  };
}

/**
 * Replaces every secret, plain or in the forms it may travel in, by `«secret»`.
 * Secrets shorter than four characters are left alone: they would mask ordinary text.
 */
export function masking(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret.length >= 4).flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    btoa(String.fromCharCode(...new TextEncoder().encode(secret))).replace(/=+$/, ""),
  ]);
  // The longest first: a secret may be part of another one's form.
  const distinct = [...new Set(forms)].sort((a, b) => b.length - a.length);
  if (distinct.length === 0) return (text) => text;
  const any = new RegExp(distinct.map((form) => RegExp.escape(form)).join("|"), "g");
  return (text) => text.replace(any, "«secret»");
}
