/** Knowing when a program that was started can be reached. */
import net from "node:net";
import { CannotStart, type Program } from "./start.ts";
import type { Start } from "./target.ts";

/** Waits until something accepts connections at the port, or the process has ended. */
export async function accepting(
  host: string,
  port: number,
  start: Start,
  ended: Program["ended"],
  title: string,
): Promise<void> {
  let over: { code: number; lastWords: string } | undefined;
  ended.then((end) => over = end);
  const began = performance.now();
  while (performance.now() - began < start.readyMs) {
    if (over) {
      throw new CannotStart(
        `${title} ended with status ${over.code} while starting. Its last words:\n${
          over.lastWords || "(none)"
        }`,
      );
    }
    if (await canConnect(host, port)) return;
    // A port gives no event when it starts to listen; asking again soon is all one can do.
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new CannotStart(
    `${title} did not listen on port ${port} within ${start.readyMs} ms`,
  );
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
