/**
 * HTTPS through a proxy: CONNECT (RFC 9110 §9.3.6), as `HTTPS_PROXY` and `NO_PROXY` ask for it. What
 * is plain HTTP or on this machine is reached without one.
 */
import net from "node:net";
import tls from "node:tls";
import { Buffer } from "node:buffer";
import { getProxyForUrl } from "proxy-from-env";
import { isLoopback } from "./loopback.ts";

/** A proxy that is not there, or does not connect. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly code = "ERR_PROXY";
}

/** An answer to CONNECT that is longer than this is none. */
const MAX_HEAD = 16 * 1024;

/** The proxy that the environment names for a URL; undefined where it is reached without one. */
export function proxyOf({ protocol, hostname, host }: URL): URL | undefined {
  const bare = hostname.replace(/^\[|\]$/g, "");
  if ((protocol !== "https:" && protocol !== "wss:") || isLoopback(bare)) return undefined;
  const proxy = getProxyForUrl(`https://${host}`);
  return proxy === "" ? undefined : new URL(proxy);
}

/** How a proxy is named to the user: without what it takes to use it. */
const named = ({ protocol, host }: URL) => `${protocol}//${host}`;

/** A TCP line to a host and port by way of a proxy. Rejects with `ProxyError`. */
export function openTunnel(
  proxy: URL,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<net.Socket> {
  const authority = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
  const at = {
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: Number(proxy.port || (proxy.protocol === "https:" ? 443 : 80)),
  };
  const line = proxy.protocol === "https:"
    ? tls.connect({ ...at, servername: net.isIP(at.host) ? "" : at.host })
    : net.connect(at);
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      line.destroy();
      reject(new ProxyError(`the proxy ${named(proxy)} ${why}`));
    };
    const failed = ({ message }: Error) => fail(`cannot be reached (${message})`);
    const ended = () => fail(`ended the connection instead of connecting to ${authority}`);
    let head = Buffer.alloc(0);
    const read = (bytes: Buffer) => {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) {
        if (head.length > MAX_HEAD) fail("does not answer as a proxy does");
        return;
      }
      line.off("data", read).off("error", failed).off("close", ended);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString("latin1"))?.[1];
      if (status === undefined) return fail("does not answer as a proxy does");
      if (!status.startsWith("2")) {
        return fail(`does not connect to ${authority} (HTTP ${status})`);
      }
      // TLS has the client speak first, so that nothing has come behind the head.
      resolve(line);
    };
    line.on("data", read).on("error", failed).on("close", ended);
    const { username, password } = proxy;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const authorization = username === ""
      ? ""
      : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString("base64")}\r\n`;
    line.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  });
}
