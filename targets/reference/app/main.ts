/**
 * The reference application's command line: `deno task serve:application`.
 *
 * Prints one line of JSON when it listens. SIGTERM and SIGINT end it once all is answered and sent.
 */
import { type Replace, startApplication } from "./application.ts";
import { PAGES } from "./pages/routes.ts";
import { ConfigError, readConfig } from "./config.ts";

/** Runs until a signal ends it. */
export async function serveApplication(replace?: Replace): Promise<void> {
  try {
    const application = await startApplication(readConfig(Deno.env.toObject()), replace);
    let ending: Promise<void> | undefined;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      Deno.addSignalListener(signal, () => {
        ending ??= application.stop().then(() => Deno.exit(0), () => Deno.exit(1));
      });
    }
    const { host, port } = application;
    console.log(JSON.stringify({ listening: { host, port } }));
    console.log(JSON.stringify({ pages: PAGES.map((path) => `http://${host}:${port}${path}`) }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(error instanceof ConfigError ? 2 : 3);
  }
}

if (import.meta.main) await serveApplication();
