/** Bringing the reference server up until a signal ends it. */
import { readFileSync } from "node:fs";
import { readConfig } from "./config.ts";
import { launch } from "./launch.ts";

/**
 * Listens where the environment says, with the apps of `appsPath` when there is one, and prints
 * one line of JSON. SIGTERM and SIGINT send every client away with 4200.
 *
 * @throws {ConfigError} when the environment or the apps file cannot be used.
 */
export async function serve(appsPath: string | undefined): Promise<void> {
  const config = readConfig(Deno.env.toObject(), appsPath, (path) => readFileSync(path, "utf8"));
  const server = await launch(config);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => void server.stop().then(() => Deno.exit(0)));
  }
  const { host, port, tls } = server;
  console.log(JSON.stringify({ listening: { host, port, tls } }));
}
