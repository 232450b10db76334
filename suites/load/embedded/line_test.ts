import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Buffer } from "node:buffer";
import { dial, endpointOf } from "./dial.ts";
import { Line } from "./line.ts";
import { serve, serverFrame, type Target } from "./testing/target.ts";

const SUBSCRIBE = '{"event":"pusher:subscribe","data":{"channel":"flood"}}';
const FRAMES = 300;
/** Some 18 MB, which no socket's own buffers hold. */
const flood = Buffer.concat(
  Array.from(
    { length: FRAMES },
    () => serverFrame(`{"event":"drop","fill":"${"x".repeat(60_000)}"}`),
  ),
);

/** A client that subscribes at once; `act` is told of each message, of which the first is the greeting. */
async function client(target: Target, act: (line: Line, messages: number) => void) {
  const { signal } = new AbortController();
  const dialed = await dial(endpointOf(target.websocket, "app-key", {}), 0, signal);
  const closed = Promise.withResolvers<Error | undefined>();
  let messages = 0;
  const line: Line = new Line(dialed, {
    message: () => act(line, ++messages),
    closed: closed.resolve,
  });
  line.start(dialed);
  return { line, closed: closed.promise, received: () => messages };
}

describe("a line", () => {
  it("that pauses reads nothing of what others get, and all of it once it goes on", async () => {
    const target = await serve({ greeting: () => flood });
    const ALL = FRAMES + 2; // the greeting, and the subscription's success
    const done = Promise.withResolvers<void>(), witnessed = Promise.withResolvers<void>();
    const slow = await client(target, (line, messages) => {
      if (messages === 1) line.send(SUBSCRIBE);
      if (messages === 2) line.pause();
      if (messages === ALL) done.resolve();
    });
    const witness = await client(target, (line, messages) => {
      if (messages === 1) line.send(SUBSCRIBE);
      if (messages === ALL) witnessed.resolve();
    });
    await witnessed.promise;
    // What was in the read that told of the success, and the one that was on its way.
    assert(slow.received() < 10, `${slow.received()} messages`);
    slow.line.resume();
    await done.promise;
    assertEquals(slow.received(), ALL);
    for (const { line, closed } of [slow, witness]) {
      line.close();
      assertEquals(await closed, undefined);
    }
    target.close();
  });

  it("tells why it ended, where that was not its own will", async () => {
    const target = await serve({});
    const { closed, line } = await client(target, () => target.close());
    assert((await closed) instanceof Error);
    assertEquals(line.open, false);
    line.send("to nobody");
  });
});
