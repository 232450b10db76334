/** The application as a process of its own, as its user starts it, so that it can really be killed. */
import { fromFileUrl } from "@std/path";
import { startProcess } from "../../../child.ts";

export interface ApplicationProcess {
  readonly origin: string;
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<{ code: number; signal: string | null }>;
}

/** Resolves once it listens; rejects with what it printed when it ended before that. */
export async function startApplicationProcess(
  environment: Readonly<Record<string, string>>,
  options: { readonly main?: string; readonly args?: readonly string[] } = {},
): Promise<ApplicationProcess> {
  const { main = "main.ts", args = [] } = options;
  const path = fromFileUrl(new URL(`../${main}`, import.meta.url));
  let printed = "";
  const listening = Promise.withResolvers<{ host: string; port: number }>();
  const child = startProcess({
    command: [
      Deno.execPath(),
      "run",
      "--no-check",
      ...["net", "env", "read", "write", "sys"].map((name) => `--allow-${name}`),
      path,
      ...args,
    ],
    environment: { APPLICATION_PORT: "0", APPLICATION_TESTING: "1", ...environment },
    directory: ".",
    hear: (text) => {
      printed += text;
      const line = printed.split("\n").find((one) => one.startsWith('{"listening"'));
      if (line?.endsWith("}")) listening.resolve(JSON.parse(line).listening);
    },
  });
  void child.ended.then(() => listening.reject(new Error(`it ended: ${printed}`)));
  const { host, port } = await listening.promise;
  return {
    origin: `http://${host}:${port}`,
    kill(signal) {
      child.kill(signal);
      return child.ended;
    },
  };
}
