/** What pusher-js 8 puts in the URL of every connection (P-002). */
export const PUSHER_JS_QUERY = { protocol: "7", client: "js", version: "8.6.0", flash: "false" };
