/** nginx before a server, as a gateway that asks its clients for a certificate and a header. */
import { join } from "@std/path";
import { freePort } from "../../../targets/start.ts";
import type { Listening } from "./servers.ts";

/** A name that no resolver knows (RFC 6761): only a proxy can reach it. */
export const HIDDEN_HOST = "plumbline.test";

/** Why this machine cannot run it; undefined where it can. */
export async function withoutGateway(): Promise<string | undefined> {
  for (const command of [["nginx", "-v"], ["openssl", "version"]]) {
    const [name = "", ...args] = command;
    const ran = await new Deno.Command(name, { args, stdout: "null", stderr: "null" }).output()
      .catch(() => undefined);
    if (!ran?.success) return `${name} is not there`;
  }
  return undefined;
}

async function openssl(folder: string, args: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", {
    args: args.split(" "),
    cwd: folder,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Writes an authority, a server's certificate and a client's, all PEM, into a folder. */
export async function writeCertificates(folder: string): Promise<void> {
  const fresh = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  await openssl(
    folder,
    `req -x509 ${fresh} -subj /CN=Authority -keyout ca.key -out ca.pem`,
  );
  const names = `subjectAltName=DNS:${HIDDEN_HOST},DNS:localhost,IP:127.0.0.1`;
  for (const name of ["server", "client"]) {
    await openssl(
      folder,
      `req -x509 ${fresh} -subj /CN=${name} -addext ${names} -addext basicConstraints=CA:FALSE ` +
        `-CA ca.pem -CAkey ca.key -keyout ${name}.key -out ${name}.pem`,
    );
  }
}

/** Whoever shows a certificate of the folder's authority, and this header, gets to the server at `to`. */
export async function gateway(
  folder: string,
  to: number,
  header: { readonly name: string; readonly value: string },
): Promise<Listening> {
  const port = freePort();
  const variable = `$http_${header.name.toLowerCase().replaceAll("-", "_")}`;
  await Deno.writeTextFile(
    join(folder, "nginx.conf"),
    `daemon off; pid nginx.pid; error_log stderr; worker_processes 1;
events { worker_connections 512; }
http {
  access_log off;
  map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
  upstream server { server 127.0.0.1:${to}; keepalive 16; }
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate server.pem;
    ssl_certificate_key server.key;
    ssl_client_certificate ca.pem;
    ssl_verify_client on;
    location / {
      if (${variable} != "${header.value}") { return 403; }
      client_max_body_size 20m;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_pass http://server;
    }
  }
}
`,
  );
  const nginx = new Deno.Command("nginx", {
    args: ["-p", folder, "-c", "nginx.conf", "-e", "stderr"],
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  while (true) {
    try {
      (await Deno.connect({ port })).close();
      break;
    } catch {
      const ended = await Promise.race([nginx.status, new Promise((r) => setTimeout(r, 20))]);
      if (ended !== undefined) throw new Error("nginx did not start");
    }
  }
  return {
    port,
    close: async () => {
      nginx.kill("SIGTERM");
      await nginx.status;
    },
  };
}
