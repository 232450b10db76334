/** Starting an application beside the server it broadcasts through, and finding one that runs. */
import type { OpenApplication } from "../language/application.ts";
import { openApplication } from "./open.ts";
import { openLane } from "../wire/http.ts";
import { type Line, openLine } from "./line.ts";
import type { ApplicationFile } from "./file.ts";
import type { ApplicationHandle } from "../engine/open_target.ts";
import { Unreachable } from "../engine/unreachable.ts";
import { appSetting } from "../../targets/settings.ts";
import { freePort, type Program, startProgram } from "../../targets/start.ts";
import { type RunningServices, serviceSetting, startServices } from "../../targets/services.ts";
import { defined } from "../../targets/file.ts";
import { baseUrl, type Endpoint, type Start, type Target } from "../../targets/target.ts";

/**
 * `server` is the API of the server it is to broadcast through. One that only a single scenario
 * uses gets a line to it that can be cut.
 */
export function prepareApplication(
  file: ApplicationFile,
  target: Target,
  server: Endpoint,
  { start, isAlone }: { readonly start: boolean; readonly isAlone: boolean },
): ApplicationHandle {
  let opening: Promise<OpenApplication> | undefined;
  const programs: Program[] = [];
  let services: RunningServices | undefined;
  let line: Line | undefined;

  async function bringUp(): Promise<OpenApplication> {
    if (!start || file.start === undefined) return await find(file);
    const { processes, services: needed, ...program } = file.start;
    if (isAlone) line = await openLine(server);
    const reached = { ca: "", ...server, ...(line ? { host: line.host, port: line.port } : {}) };
    if (Object.keys(needed).length > 0) services = await startServices(needed, file.title);
    const lookup = (name: string): unknown => {
      const [head, of = ""] = name.split(".");
      if (head === "server") return reached[of as keyof typeof reached]; // what it has not is undefined
      if (head === "services") return serviceSetting(services, name);
      return appSetting(target, name);
    };
    const origins = await Promise.all(
      Array.from({ length: processes }, async () => {
        const port = freePort();
        programs.push(await startProgram(file.title, defined<Start>(program), port, lookup));
        return new URL(baseUrl({ ...file.at, scheme: "http", host: "127.0.0.1", port }));
      }),
    );
    return openApplication(file, origins);
  }

  return {
    open: () => opening ??= bringUp(),
    get line() {
      return line;
    },
    async stop() {
      await opening?.catch(() => {}); // who asked for it was told
      await Promise.all(programs.map((program) => program.stop("SIGKILL")));
      await services?.stop();
      await line?.close();
    },
  };
}

/** One that runs already. Throws `Unreachable` with what to do. */
async function find(file: ApplicationFile): Promise<OpenApplication> {
  const origin = new URL(baseUrl(file.at));
  const lane = openLane(origin);
  try {
    await lane.send({ method: "GET", target: file.health, headers: {}, body: "" }, 5000);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Unreachable(
      `${file.title} does not answer at ${origin.origin}: ${reason}. Is it running there? With --start, Plumbline starts it where ${file.file} says how.`,
    );
  } finally {
    lane.close();
  }
  return openApplication(file, [origin]);
}
