/** Writing to a terminal or into a pipe, to its end. */

/**
 * Writes a text whole: a pipe takes as much at a time as it has room for. Whoever reads may have
 * seen enough and gone, as `head` does; then there is nobody to write to, which is no failure.
 */
export function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
