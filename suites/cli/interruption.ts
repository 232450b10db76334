/** What ends a command before its time: Ctrl-C, a supervisor, a terminal that closes. */
import { abortable } from "@std/async";
import { EXIT } from "../record/exit_code.ts";

/** A wrapper may pass on the very signal that its group was sent; that is one wish, not two. */
const ONE_WISH_MS = 500;

/**
 * Aborted by the first SIGINT, SIGTERM or SIGHUP, so that reports tell of what was seen until then.
 * The second ends this process at once; servers that it started end with it.
 */
export function interruption(): AbortSignal {
  const interrupt = new AbortController();
  let since = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    if (Deno.build.os === "windows" && signal === "SIGTERM") continue;
    Deno.addSignalListener(signal, () => {
      if (interrupt.signal.aborted && performance.now() - since > ONE_WISH_MS) {
        Deno.exit(EXIT.interrupted);
      }
      if (interrupt.signal.aborted) return;
      since = performance.now();
      interrupt.abort();
    });
  }
  return interrupt.signal;
}

/** What `work` comes to; `undefined` where the signal comes first, for nobody waits for it then. */
export async function unlessInterrupted<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await abortable(work, signal);
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    throw error;
  }
}
