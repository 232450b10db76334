/**
 * What a TCP port speaks. A client that speaks the wrong scheme only sees noise, a reset or silence,
 * so the other scheme is tried before anything is said about the first.
 */
import net from "node:net";
import tls from "node:tls";

export interface Port {
  readonly host: string;
  readonly port: number;
}

/** Whether a TLS handshake succeeds there, whoever signed the certificate. */
export function speaksTls(port: Port, deadlineMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const line = tls.connect({
      ...port,
      servername: net.isIP(port.host) ? "" : port.host,
      rejectUnauthorized: false,
    });
    endWith(line, deadlineMs, resolve);
    line.on("secureConnect", () => {
      resolve(true);
      line.destroy();
    });
  });
}

/** Whether a plain HTTP request gets an HTTP answer there. */
export function speaksHttp(port: Port, deadlineMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const line = net.connect(port);
    endWith(line, deadlineMs, resolve);
    line.on("connect", () => line.write(`GET / HTTP/1.1\r\nHost: ${port.host}\r\n\r\n`));
    line.on("data", (bytes) => {
      resolve(bytes.toString("latin1").startsWith("HTTP/"));
      line.destroy();
    });
  });
}

/** Says no when the line ends or the time is up. */
function endWith(line: net.Socket, deadlineMs: number, resolve: (answer: boolean) => void): void {
  const timer = setTimeout(() => line.destroy(), deadlineMs);
  line.on("error", () => {}); // "close" follows
  line.on("close", () => {
    clearTimeout(timer);
    resolve(false);
  });
}
