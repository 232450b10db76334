/** Servers whose HTTP API stumbles over how a request comes (P-233, P-234, P-258 to P-260). */
import { answerWith, crashOn, hangUp, resigned, status } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { header } from "../../wire/http_message.ts";
import { request, response } from "../rules.ts";

function isJson({ request }: Exchange): boolean {
  try {
    JSON.parse(new TextDecoder().decode(request.body));
    return true;
  } catch {
    return false;
  }
}

export const API_TRANSPORT: readonly Break[] = [
  {
    name: "publish-needs-form",
    title: "Takes events only in a form, not in a JSON body.",
    violates: ["P-234"],
    rules: [
      request({
        method: "POST",
        where: ({ request }) => /json/.test(header(request.headers, "content-type") ?? ""),
      }, answerWith(415, "Unsupported media type")),
    ],
  },
  {
    name: "bad-request-fails",
    title: "Answers 500 to a request it should refuse.",
    violates: ["P-237", "P-238", "P-239", "P-258"],
    rules: [response({ status: 400 }, status(500, "Internal error"))],
  },
  {
    name: "invalid-json-accepted",
    title: "Answers 200 to a body that is not JSON.",
    violates: ["P-258"],
    rules: [
      request(
        { method: "POST", path: /events$/, where: (exchange) => !isJson(exchange) },
        answerWith(200),
      ),
    ],
  },
  {
    name: "invalid-json-fatal",
    title: "Falls over a body that is not JSON.",
    violates: ["P-258"],
    rules: [
      request({
        method: "POST",
        path: /events$/,
        where: (exchange) => exchange.request.body.length > 0 && !isJson(exchange),
      }, crashOn),
    ],
  },
  {
    name: "chunked-body-refused",
    title: "Takes no request body whose length is not told beforehand.",
    violates: ["P-259"],
    rules: [
      request({
        where: ({ request }) => header(request.headers, "transfer-encoding") !== undefined,
      }, answerWith(411, "Length required")),
    ],
  },
  {
    name: "expectation-refused",
    title: "Refuses a request that asks whether it may go on.",
    violates: ["P-259"],
    rules: [
      request({
        where: ({ request }) => header(request.headers, "expect") !== undefined,
      }, answerWith(417, "Expectation failed")),
    ],
  },
  {
    name: "head-taken-in-one-piece",
    title: "Reads the request line and the headers in one go, and takes what is there for all.",
    violates: ["P-259"],
    rules: [
      request({ where: ({ arrival }) => arrival.headPieces > 1 }, answerWith(400, "Bad request")),
    ],
  },
  {
    name: "body-taken-in-one-piece",
    title: "Reads a body in one go, and takes what is there for all.",
    violates: ["P-259"],
    rules: [
      request({
        where: ({ arrival, request }) =>
          arrival.bodyPieces > 1 && header(request.headers, "transfer-encoding") === undefined,
      }, answerWith(400, "Invalid JSON")),
    ],
  },
  {
    name: "slow-body-abandoned",
    title: "Gives up on a body after a second.",
    violates: ["P-259"],
    rules: [
      request({ where: ({ arrival }) => arrival.bodyMs > 1000 }, answerWith(408, "Too slow")),
    ],
  },
  {
    name: "keep-alive-refused",
    title: "Serves one request a connection and hangs up.",
    violates: ["P-260"],
    rules: [request({ where: ({ turn }) => turn > 1 }, hangUp)],
  },
  {
    name: "query-ignored",
    title: "Reads no parameters from the query.",
    violates: ["P-233", "P-264"],
    rules: [
      request(
        { method: "GET", where: ({ query }) => query.has("info") || query.has("filter_by_prefix") },
        resigned((request) => ({ ...request, target: request.target.split("?", 1)[0] ?? "" })),
      ),
    ],
  },
];
