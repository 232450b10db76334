/**
 * Stands between the application and the WebSocket server's API, and can keep a request at the two
 * moments that matter: before the server has it, and after it has answered.
 */
export interface Gate {
  readonly port: number;
  /** The next request gets no answer; resolves once it is kept. */
  keepNext(when: "before it is taken" | "after it is taken"): Promise<void>;
  /** While it is so, every request is answered 503. */
  refuse(isSo: boolean): void;
  stop(): Promise<void>;
}

export function openGate(to: { readonly host: string; readonly port: number }): Gate {
  type Kept = { when: "before it is taken" | "after it is taken"; tell: () => void };
  let next: Kept | undefined;
  let refusing = false;
  const stopping = new AbortController();
  const never = () =>
    new Promise<Response>((_, reject) => {
      stopping.signal.addEventListener("abort", () => reject(new Error("the gate is closed")));
    });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response() },
    async (request) => {
      if (refusing) return new Response("", { status: 503 });
      const kept = next;
      next = undefined;
      if (kept?.when === "before it is taken") {
        kept.tell();
        return await never();
      }
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const body = await request.text();
      const answer = await fetch(`http://${to.host}:${to.port}${pathname}${search}`, {
        method,
        headers,
        body,
      });
      const text = await answer.text();
      if (kept !== undefined) {
        kept.tell();
        return await never();
      }
      return new Response(text, { status: answer.status });
    },
  );
  return {
    port: server.addr.port,
    keepNext: (when) => new Promise((tell) => void (next = { when, tell })),
    refuse: (isSo) => void (refusing = isSo),
    async stop() {
      stopping.abort();
      await server.shutdown();
    },
  };
}
