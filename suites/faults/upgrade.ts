/** WebSocket handshakes through the proxy: put to the rules, sent on, and turned into a line. */
import { encodeRequest, encodeResponse, type Head, readHead } from "../wire/http_message.ts";
import { createLine } from "./line.ts";
import { requestOf, statusOf, untilBothEnd } from "./relay.ts";
import type { RuleBook } from "./rule_book.ts";
import type { Stream } from "../wire/byte_stream.ts";
import type { Line, World } from "./world.ts";

/** Serves a connection whose first head asks for a WebSocket, until it ends. */
export async function serveWebSocket(
  client: Stream,
  head: Head,
  connect: () => Promise<Stream>,
  rules: RuleBook,
  { world, lines, onEnd }: {
    readonly world: World;
    readonly lines: Set<Line>;
    onEnd(): void;
  },
): Promise<void> {
  const handshake = requestOf(head);
  const rule = rules.forHandshake({ request: handshake, world });
  const outcome = rule?.act({ request: handshake, world }) ?? handshake;
  if (outcome === "reset") return client.reset();
  if ("status" in outcome) {
    await client.write(encodeResponse(outcome));
    return client.end();
  }

  const target = await connect();
  await target.write(outcome === handshake ? head.raw : encodeRequest(outcome));
  const answer = await readHead(target);
  if (answer === undefined) return await untilBothEnd(client, target);
  await client.write(answer.raw);
  if (statusOf(answer) !== 101) return await untilBothEnd(client, target);

  const key = outcome.target.match(/\/app\/([^/?]+)/)?.[1];
  const app = world.apps.find((app) => app.key === key);
  const line = createLine({ client, target }, { world, handshake, app }, rules.forFrame);
  lines.add(line);
  await line.run().finally(() => {
    lines.delete(line);
    onEnd();
  });
}
