/** Starting the process that uses what a test tells it to. */
import { TextLineStream } from "@std/streams";

export interface Subject {
  readonly pid: number;
  /** Has it use something; settles with its answer once it has. */
  tell(command: string): Promise<number>;
  end(): Promise<void>;
}

export async function startSubject(port?: number): Promise<Subject> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      new URL("hungry.ts", import.meta.url).pathname,
      ...port === undefined ? [] : [String(port)],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  const writer = child.stdin.getWriter();
  const answer = async () => Number((await lines.read()).value?.split(" ")[1]);
  await answer(); // it is ready
  return {
    pid: child.pid,
    tell: async (command) => {
      await writer.write(new TextEncoder().encode(`${command}\n`));
      return await answer();
    },
    end: async () => {
      child.kill("SIGKILL");
      await child.status;
      await Promise.all([writer.abort().catch(() => {}), lines.cancel()]);
    },
  };
}
