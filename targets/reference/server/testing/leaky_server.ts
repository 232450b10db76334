/**
 * The reference server with a leak: what it should forget stays in this list.
 *
 *     deno run -A targets/reference/server/testing/leaky_server.ts HOST PORT connections|descriptors|events|channels
 */
import { Buffer } from "node:buffer";
import { WebSocketServer } from "ws";
import { serve } from "../serve.ts";

const [host = "", port = "", keeps] = Deno.args;
const kept: unknown[] = [];

/** Bytes that each connection leaves behind. */
const OF_A_CONNECTION = 50_000;
/** Events of this many characters are those of the scenario; shorter messages ask for channels. */
const LARGE = 5_000;

if (keeps === "connections" || keeps === "descriptors") {
  const handleUpgrade = WebSocketServer.prototype.handleUpgrade;
  WebSocketServer.prototype.handleUpgrade = function (...args) {
    kept.push(
      keeps === "connections" ? Buffer.alloc(OF_A_CONNECTION, 1) : Deno.openSync("/dev/null"),
    );
    return handleUpgrade.apply(this, args);
  };
} else {
  const parse = JSON.parse;
  JSON.parse = (text: string, reviver) => {
    const isEvent = text.length > LARGE;
    const isMember = !isEvent && text.includes("user_info");
    if (keeps === "events" ? isEvent : isMember) kept.push(Buffer.from(text));
    return parse(text, reviver);
  };
}

Deno.env.set("REVERB_SERVER_HOST", host);
Deno.env.set("REVERB_SERVER_PORT", port);
await serve(undefined);
