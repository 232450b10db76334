/** Where a server is, as a target file says it: scheme, host, port, path, certificates, headers. */
import net from "node:net";
import { z } from "zod";
import { PLUMBLINE } from "./start.ts";

const found = (value: unknown) => `found ${JSON.stringify(value)}`;
export const port = z.preprocess(
  (value) => typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value,
  z.number({ error: ({ input }) => `expected a port from 1 to 65535, ${found(input)}` })
    .int().min(1).max(65535),
);
const host = z.string().min(1).transform((text) => text.replace(/^\[(.*)\]$/, "$1")).refine(
  (text) => net.isIPv6(text) || /^[^\s:/?#@[\]]+$/.test(text),
  {
    error: ({ input }) =>
      `expected a host such as "ws.example.com" or "::1", without scheme, port and path; ${
        found(input)
      }`,
  },
);
const pemFile = z.string().optional().transform((path) =>
  path === "" ? undefined : path?.replace(/^\$plumbline(?=\/)/, PLUMBLINE)
);
const place = {
  host,
  port,
  path: z.string().regex(/^(\/.*)?$/, {
    error: ({ input }) => `expected a path that begins with "/", such as "/ws"; ${found(input)}`,
  }).default(""),
  ca: pemFile.describe("a PEM file of certificates to trust; empty for none"),
  certificate: pemFile.describe(
    "a PEM file of the certificate that Plumbline shows, for servers that ask for one",
  ),
  key: pemFile.describe("a PEM file of the certificate's key"),
};
const isWhole = (
  { certificate, key }: { certificate?: string | undefined; key?: string | undefined },
) => (certificate === undefined) === (key === undefined);
const whole = "certificate and key go together: name both, or neither";
// One variable may name the scheme of both endpoints, as Reverb's own configuration does.
export const websocket = z.strictObject({
  scheme: z.enum(["ws", "wss", "http", "https"])
    .transform((scheme): "ws" | "wss" => scheme === "wss" || scheme === "https" ? "wss" : "ws"),
  ...place,
}).refine(isWhole, whole);
export const api = z.strictObject({ scheme: z.enum(["http", "https"]), ...place }).refine(
  isWhole,
  whole,
);
const header = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, "expected one line of text");
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
export const headers = z.record(z.string(), z.coerce.string().pipe(header)).refine(
  (all) => Object.keys(all).every((name) => HEADER_NAME.test(name)),
  "expected names of headers, such as X-Gateway-Token",
);
