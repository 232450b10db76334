/** Servers whose HTTP API trusts the wrong requests, or the right ones not (P-216 to P-231). */
import { answerOf, answerWith, appOf, resigned, status } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { bodyMd5 } from "../../wire/signature.ts";
import { request, response } from "../rules.ts";
import { isSignedBy } from "../signing.ts";

const PARAMETERS = ["auth_key", "auth_timestamp", "auth_version", "auth_signature"] as const;

/** Seconds a signature holds, either way (P-219). */
const GRACE = 600;

const accept = resigned();
const unauthorized = answerWith(401, "Invalid signature");

/** Seconds between now and the request's time stamp. */
function age({ query }: Exchange): number {
  return Math.abs(Date.now() / 1000 - Number(query.get("auth_timestamp")));
}

/** Whether the request is what it should be in everything but what the test asks about. */
function isRightlySigned(exchange: Exchange, method?: string): boolean {
  const app = appOf(exchange);
  return app !== undefined && isSignedBy(app, exchange.request, method);
}

/** The query's names in the order they were sent. */
function names({ request }: Exchange): readonly string[] {
  const query = request.target.split("?", 2)[1] ?? "";
  return [...new URLSearchParams(query).keys()];
}

function values({ query }: Exchange): readonly string[] {
  return [...query].filter(([name]) => !/^(auth_|body_md5)/.test(name)).map(([, value]) => value);
}

export const API_AUTH: readonly Break[] = [
  {
    name: "api-open",
    title: "Executes requests that carry no authentication.",
    violates: ["P-216", "P-217"],
    rules: [
      request({ where: ({ query }) => !PARAMETERS.some((name) => query.has(name)) }, accept),
    ],
  },
  {
    name: "api-refusal-misreported",
    title: "Refuses an unauthenticated request with 403.",
    violates: ["P-216"],
    rules: [response({ status: 401 }, status(403))],
  },
  {
    name: "api-refusal-reported-as-success",
    title: "Answers 200 to a request it has refused.",
    violates: ["P-216", "P-218", "P-219", "P-222", "P-223", "P-228"],
    rules: [response({ status: 401 }, status(200, {}))],
  },
  {
    name: "api-fails-on-bad-credentials",
    title: "Answers 500 to a request it should refuse.",
    violates: ["P-216", "P-217", "P-223"],
    rules: [response({ status: 401 }, status(500, "Internal error"))],
  },
  ...PARAMETERS.map((parameter): Break => ({
    name: `api-without-${parameter.replace("_", "-")}`,
    title: `Executes requests that lack \`${parameter}\`.`,
    violates: ["P-217"],
    rules: [
      request({
        where: ({ query }) =>
          !query.has(parameter) &&
          PARAMETERS.every((other) => other === parameter || query.has(other)),
      }, accept),
    ],
  })),
  {
    name: "api-key-unchecked",
    title: "Executes requests that name another key, signed with the right secret.",
    violates: ["P-218"],
    rules: [
      request({
        where: (exchange) =>
          isRightlySigned(exchange) && exchange.query.get("auth_key") !== appOf(exchange)?.key,
      }, accept),
    ],
  },
  {
    name: "api-timestamp-unchecked",
    title: "Executes requests signed long ago or far in the future.",
    violates: ["P-219"],
    rules: [
      request({ where: (exchange) => isRightlySigned(exchange) && age(exchange) > GRACE }, accept),
    ],
  },
  {
    name: "api-timestamp-not-a-number",
    title: "Executes requests whose time stamp is no number, since nothing is far from that.",
    violates: ["P-219"],
    rules: [
      request(
        { where: (exchange) => isRightlySigned(exchange) && Number.isNaN(age(exchange)) },
        accept,
      ),
    ],
  },
  {
    name: "api-timestamp-too-strict",
    title: "Refuses requests that are a minute old.",
    violates: ["P-219"],
    rules: [
      request(
        { where: (exchange) => isRightlySigned(exchange) && age(exchange) > 60 },
        unauthorized,
      ),
    ],
  },
  {
    name: "api-version-refused",
    title: "Refuses requests signed under version 1.0.",
    violates: ["P-220", "P-223", "P-235"],
    rules: [
      request({ where: ({ query }) => query.get("auth_version") === "1.0" }, unauthorized),
    ],
  },
  {
    name: "api-body-md5-optional",
    title: "Executes requests whose body is not covered by the signature.",
    violates: ["P-221"],
    rules: [
      request({
        where: (exchange) =>
          isRightlySigned(exchange) && exchange.request.body.length > 0 &&
          !exchange.query.has("body_md5"),
      }, accept),
    ],
  },
  {
    name: "api-body-md5-worked-out",
    title: "Works out the `body_md5` that a request lacks, instead of asking for it.",
    violates: ["P-221"],
    rules: [
      request({
        where: (exchange) => {
          const { request, query } = exchange;
          if (request.body.length === 0 || query.has("body_md5")) return false;
          const target = `${request.target}&body_md5=${bodyMd5(request.body)}`;
          return isRightlySigned({ ...exchange, request: { ...request, target } });
        },
      }, accept),
    ],
  },
  {
    name: "api-body-md5-not-compared",
    title: "Executes requests whose body is another than the one that was signed.",
    violates: ["P-222"],
    rules: [
      request({
        where: (exchange) =>
          isRightlySigned(exchange) &&
          exchange.query.get("body_md5") !== bodyMd5(exchange.request.body),
      }, accept),
    ],
  },
  {
    name: "api-signature-unchecked",
    title: "Executes requests whatever their signature.",
    violates: ["P-223", "P-228", "P-231"],
    rules: [
      request({
        where: (exchange) => exchange.query.has("auth_signature") && !isRightlySigned(exchange),
      }, accept),
    ],
  },
  {
    name: "api-closed",
    title: "Refuses requests that are rightly signed.",
    violates: ["P-223", "P-235"],
    rules: [request({ where: (exchange) => isRightlySigned(exchange) }, unauthorized)],
  },
  {
    name: "api-query-order-matters",
    title: "Refuses requests whose parameters do not come in alphabetical order.",
    violates: ["P-224"],
    rules: [
      request({
        where: (exchange) => {
          const sent = names(exchange).filter((name) => name !== "auth_signature");
          return isRightlySigned(exchange) && sent.join() !== [...sent].sort().join();
        },
      }, unauthorized),
    ],
  },
  {
    name: "api-query-case-matters",
    title: "Refuses requests with an upper-case letter in a parameter's name.",
    violates: ["P-224"],
    rules: [
      request(
        { where: (exchange) => names(exchange).some((name) => /[A-Z]/.test(name)) },
        unauthorized,
      ),
    ],
  },
  {
    name: "api-values-escaped-for-signing",
    title: "Escapes parameters before it verifies the signature.",
    violates: ["P-225"],
    rules: [
      request({
        where: (exchange) => values(exchange).some((value) => encodeURIComponent(value) !== value),
      }, unauthorized),
    ],
  },
  {
    name: "api-arrays-not-joined",
    title: "Does not join a list of values by commas before it verifies the signature.",
    violates: ["P-226"],
    rules: [
      request(
        { where: (exchange) => values(exchange).some((value) => value.includes(",")) },
        unauthorized,
      ),
      request(
        { where: (exchange) => names(exchange).some((name) => name.endsWith("[]")) },
        unauthorized,
      ),
    ],
  },
  {
    name: "api-path-normalized-for-signing",
    title: "Verifies the signature over another spelling of the path than the one sent.",
    violates: ["P-227"],
    rules: [request({ where: ({ path }) => /[%@=,;]/.test(path) }, unauthorized)],
  },
  {
    name: "api-path-not-signed",
    title: "Executes a request whose signature was made for another path.",
    violates: ["P-227"],
    rules: [
      request({
        where: (exchange) => {
          const { request } = exchange;
          const target = request.target.replace("/events?", "/batch_events?");
          return !isRightlySigned(exchange) &&
            isRightlySigned({ ...exchange, request: { ...request, target } });
        },
      }, accept),
    ],
  },
  {
    name: "api-method-not-signed",
    title: "Executes a request whose signature was made for another method.",
    violates: ["P-228"],
    rules: [
      request({
        where: (exchange) => {
          const other = exchange.request.method === "GET" ? "POST" : "GET";
          return !isRightlySigned(exchange) && isRightlySigned(exchange, other);
        },
      }, accept),
    ],
  },
  {
    name: "api-refusal-unexplained",
    title: "Refuses with 401 and says no more.",
    violates: ["P-230"],
    rules: [response({ status: 401 }, (refusal) => ({ ...refusal, body: new Uint8Array() }))],
  },
  {
    name: "api-tenants-mixed",
    title: "Executes a request for one app that is signed with another app's credentials.",
    violates: ["P-231"],
    rules: [
      request({
        where: (exchange) =>
          exchange.world.apps.some((app) =>
            app.id !== appOf(exchange)?.id && app.key === exchange.query.get("auth_key")
          ),
      }, accept),
    ],
  },
  {
    name: "api-refusal-tells-the-secret",
    title: "Puts the app's secret into its answer to a request that it refuses.",
    violates: ["P-304"],
    rules: [
      response(
        { status: 401 },
        (_, exchange) => answerOf(401, `Invalid signature, secret is ${appOf(exchange)?.secret}`),
      ),
    ],
  },
];
