/** How a server is reached besides its address, and the TCP lines that are opened that way. */
import net from "node:net";
import tls from "node:tls";
import { openTunnel } from "./tunnel.ts";

export interface Way {
  /** PEM certificates to trust. */
  readonly ca?: string;
  /** PEM of the client's own certificate, and its key, for servers that ask for one. */
  readonly certificate?: string;
  readonly key?: string;
  /** Headers of every upgrade and every request. Evidence does not have them: they may be secrets. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a URL leads. */
export function portOf({ hostname, port, protocol }: URL): { host: string; port: number } {
  const fallback = isSecure(protocol) ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || fallback) };
}

const isSecure = (protocol: string) => protocol === "https:" || protocol === "wss:";

/** What TLS is told: whom it reaches, whom to trust, who this is. */
export function tlsOptions(url: URL, { ca, certificate, key }: Way): tls.ConnectionOptions {
  const { host } = portOf(url);
  return {
    servername: net.isIP(host) ? "" : host,
    ...(ca ? { ca } : {}),
    ...(certificate ? { cert: certificate } : {}),
    ...(key ? { key } : {}),
  };
}

/**
 * Opens a line to the server itself, with TLS where the URL says so; it is still to connect. One
 * that `allowHalfOpen` is still written to when the server has ended its half.
 */
export function openLine(
  url: URL,
  way: Way,
  { allowHalfOpen = false }: { readonly allowHalfOpen?: boolean } = {},
): net.Socket {
  const port = portOf(url);
  return isSecure(url.protocol)
    ? tls.connect({ ...port, ...tlsOptions(url, way) })
    : net.connect({ ...port, allowHalfOpen });
}

/** Opens a line through a proxy. Rejects with `ProxyError`; what TLS meets is told by the line. */
export async function openLineThrough(proxy: URL, url: URL, way: Way): Promise<tls.TLSSocket> {
  const socket = await openTunnel(proxy, portOf(url));
  return tls.connect({ socket, ...tlsOptions(url, way) });
}
