/** Handing events to whichever Pusher-compatible server is configured, by the official library. */
import { createHash } from "node:crypto";
import Pusher from "pusher";
import type { Send } from "./outbox.ts";

export interface Account {
  readonly appId: string;
  readonly key: string;
  readonly secret: string;
  readonly host: string;
  readonly port: number;
  readonly scheme: "http" | "https";
}

/** A server that does not answer in this time has not taken the event; it is sent again. */
const TIMEOUT_MS = 5000;

export function createPusher(account: Account): Pusher {
  return new Pusher({
    appId: account.appId,
    key: account.key,
    secret: account.secret,
    host: account.host,
    port: String(account.port),
    useTLS: account.scheme === "https",
    timeout: TIMEOUT_MS,
    // For encrypted channels; 32 bytes that follow from the secret (P-138, P-140).
    encryptionMasterKeyBase64: masterKey(account.secret),
  });
}

export function sendBy(pusher: Pusher): Send {
  return async ({ channel, type, payload, exceptSocket }) => {
    const options = exceptSocket === null ? {} : { socket_id: exceptSocket };
    const { ok, status } = await pusher.trigger(channel, type, payload, options);
    if (!ok) throw new Error(`the WebSocket server answered ${status}`);
  };
}

function masterKey(secret: string): string {
  const digest = createHash("sha256").update(`encrypted channels of ${secret}`).digest();
  return digest.toString("base64");
}
