/** A port of its own for operators: `/metrics` for Prometheus, `/up` for load balancers. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AggregatorRegistry } from "prom-client";
import type { Counts } from "./metrics.ts";

export interface MetricsServer {
  readonly port: number;
  stop(): void;
}

/**
 * Resolves when the port is open. `gather` gives the counts of every thread, which are summed;
 * `isEnding` makes `/up` answer 503, so that balancers send nobody here any more.
 */
export async function startMetricsServer(
  { host, port }: { readonly host: string; readonly port: number },
  gather: () => Promise<Counts[]>,
  isEnding: () => boolean,
): Promise<MetricsServer> {
  const http = createServer((request, response) => {
    void answer(request.url ?? "/").then(([status, type, text]) => {
      response.writeHead(status, { "Content-Type": type });
      response.end(text);
    });
  });

  async function answer(path: string): Promise<readonly [number, string, string]> {
    if (path === "/up") {
      return isEnding()
        ? [503, "application/json", '{"health":"ending"}']
        : [200, "application/json", '{"health":"OK"}'];
    }
    if (path !== "/metrics") return [404, "text/plain", "There are /metrics and /up\n"];
    const sum = AggregatorRegistry.aggregate(await gather());
    return [200, sum.contentType, await sum.metrics()];
  }

  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen({ host, port }, resolve);
  });
  const address = http.address() as AddressInfo; // A TCP server that listens has one.
  return {
    port: address.port,
    stop() {
      http.close();
      http.closeAllConnections();
    },
  };
}
