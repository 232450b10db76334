/**
 * The reference server's command line.
 *
 *     deno task serve:files [--apps FILE.json] [--debug]
 *
 * Prints one line of JSON when it listens. SIGTERM and SIGINT end it in order.
 */
import { parseArgs } from "node:util";
import { ConfigError } from "./config.ts";
import { serve } from "./serve.ts";

const USAGE = `Usage: deno task serve:files [--apps FILE.json] [--debug]

Starts Plumbline's reference WebSocket server.

  --apps FILE   a JSON array of apps, instead of the one in REVERB_APP_ID, _KEY and _SECRET
  --debug       log every connection, subscription and message
  --help        this text

REVERB_SERVER_HOST and REVERB_SERVER_PORT say where to listen (127.0.0.1:8080; port 0 is any free
one); REVERB_SERVER_TLS_CERT and REVERB_SERVER_TLS_KEY name PEM files for wss and https.`;

try {
  const { values } = parseArgs({
    options: { apps: { type: "string" }, debug: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(USAGE);
  } else {
    await serve(values.apps, { debug: values.debug ?? false });
  }
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(error instanceof ConfigError || error instanceof TypeError ? 2 : 3);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
