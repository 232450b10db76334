import { assertEquals, assertStringIncludes } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { WebSocket } from "ws";
import { type Address, startProxy } from "./proxy.ts";
import { startStandIn } from "./stand_in.ts";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A stand-in target and a proxy without breaks before it. */
async function transparent(behaviour: Parameters<typeof startStandIn>[0]) {
  const target = await startStandIn(behaviour);
  cleanups.push(target.close);
  const proxy = await startProxy({ upstream: target, apps: [], breaks: [] });
  cleanups.push(proxy.close);
  return proxy;
}

/** A target that is only a TCP socket, and a raw connection to it through the proxy. */
async function rawBoth() {
  const accepted = Promise.withResolvers<Socket>();
  const server = createServer({ allowHalfOpen: true }, accepted.resolve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => void server.close());
  // A server that listens on TCP has an address and a port.
  const { port } = server.address() as AddressInfo;
  const target = { host: "127.0.0.1", port };
  const upstream = { websocket: target, api: target };
  const proxy = await startProxy({ upstream, apps: [], breaks: [] });
  cleanups.push(proxy.close);
  const client = connect({ host: proxy.host, port: proxy.port, allowHalfOpen: true });
  await once(client, "connect");
  cleanups.push(() => void client.destroy());
  return { client, accepted: accepted.promise };
}

function urlOf({ host, port }: Address): string {
  return `ws://${host}:${port}`;
}

/** The next `length` bytes from a socket, as latin1 text. */
async function take(socket: Socket, length: number): Promise<string> {
  let text = "";
  while (text.length < length) {
    const [chunk] = await once(socket, "data");
    text += chunk.toString("latin1");
  }
  return text;
}

const HANDSHAKE = "GET /app/KEY?b=%2f&a=1&&flash=false HTTP/1.1\r\nHost: somewhere\r\n" +
  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
  "Sec-WebSocket-Version: 13\r\nOrigin: https://evil.example\r\nX-Custom:  two  spaces\r\n\r\n";
const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" +
  "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/** A raw WebSocket through the proxy, past its handshake. */
async function rawWebSocket() {
  const { client, accepted } = await rawBoth();
  client.write(HANDSHAKE);
  const target = await accepted;
  assertEquals(await take(target, HANDSHAKE.length), HANDSHAKE);
  target.write(SWITCHING);
  assertEquals(await take(client, SWITCHING.length), SWITCHING);
  return { client, target };
}

describe("a proxy without breaks, for WebSockets", () => {
  it("passes text, binary, pings and pongs with their payloads", async () => {
    const proxy = await transparent({
      onSocket: (socket) => {
        socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
        socket.ping("are you there");
      },
    });
    const client = new WebSocket(urlOf(proxy));
    const [ping] = await once(client, "ping");
    assertEquals(String(ping), "are you there");
    client.send("žluťoučký kůň");
    assertEquals(String((await once(client, "message"))[0]), "žluťoučký kůň");
    client.send(new Uint8Array([0, 255, 1]));
    const [bytes, isBinary] = await once(client, "message");
    assertEquals([[...bytes], isBinary], [[0, 255, 1], true]);
    client.ping("mine");
    assertEquals(String((await once(client, "pong"))[0]), "mine");
  });

  it("passes close codes and reasons, and the absence of a code", async () => {
    const closings: ((socket: WebSocket) => void)[] = [
      (socket) => socket.close(4001, "no such app"),
      (socket) => socket.close(),
      (socket) => socket.terminate(),
    ];
    const proxy = await transparent({ onSocket: (socket) => closings.shift()?.(socket) });
    const seen = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const client = new WebSocket(urlOf(proxy));
      const [code, reason] = await once(client, "close");
      seen.push([code, String(reason)]);
    }
    assertEquals(seen, [[4001, "no such app"], [1005, ""], [1006, ""]]);
  });

  it("passes a refused upgrade", async () => {
    const { client, accepted } = await rawBoth();
    client.write(HANDSHAKE);
    const target = await accepted;
    const refusal = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope";
    target.write(refusal);
    assertEquals(await take(client, refusal.length), refusal);
  });

  it("passes fragments, control frames between them and invalid UTF-8 byte by byte", async () => {
    const { client, target } = await rawWebSocket();
    const bytes = "\x01\x83\x01\x02\x03\x04\xff\xfe\xfd" + "\x89\x80\x09\x08\x07\x06" +
      "\x80\x81\x00\x00\x00\x00x" + "\xf3\x02{}" + "\x81\xfe\x00\x02\x01\x01\x01\x01ab";
    client.write(bytes, "latin1");
    assertEquals(await take(target, bytes.length), bytes);
  });

  it("passes a frame cut short, and the end after it", async () => {
    const { client, target } = await rawWebSocket();
    const bytes = "\x81\x85\x00\x00\x00\x00hel";
    client.end(bytes, "latin1");
    assertEquals(await take(target, bytes.length), bytes);
    await once(target, "end");
  });

  it("passes the head of an endless frame before its payload is there", async () => {
    const { client, target } = await rawWebSocket();
    const bytes = "\x81\xff\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00some";
    client.write(bytes, "latin1");
    assertEquals(await take(target, bytes.length), bytes);
  });

  it("resets one side when the other was reset", async () => {
    const { client, target } = await rawWebSocket();
    target.resetAndDestroy();
    const [error] = await once(client, "error");
    assertEquals(error.code, "ECONNRESET");
    const other = await rawWebSocket();
    other.client.resetAndDestroy();
    assertEquals((await once(other.target, "error"))[0].code, "ECONNRESET");
  });

  it("keeps the order of thousands of frames, both ways", async () => {
    const proxy = await transparent({
      onSocket: (socket) => socket.on("message", (data) => socket.send(String(data))),
    });
    const client = new WebSocket(urlOf(proxy));
    await once(client, "open");
    const echoed: number[] = [];
    const all = Promise.withResolvers<void>();
    client.on("message", (data) => {
      if (echoed.push(Number(data)) === 5000) all.resolve();
    });
    for (let sent = 0; sent < 5000; sent++) client.send(String(sent));
    await all.promise;
    assertEquals(echoed, [...echoed].sort((a, b) => a - b));
  });
});

describe("a proxy without breaks, for HTTP", () => {
  it("passes path, query and headers as they were sent", async () => {
    const { client, accepted } = await rawBoth();
    const head = "GET /apps/1/channels/private-a%2Cb@c,d;e?x=%2f&y=a+b&&z HTTP/1.1\r\n" +
      "Host: x\r\nx-ODD-case:  spaced \r\n\r\n";
    client.write(head);
    const target = await accepted;
    assertEquals(await take(target, head.length), head);
    const answer = "HTTP/1.1 200 Fine\r\nContent-Length: 2\r\nx-Y: z\r\n\r\n{}";
    target.write(answer);
    assertEquals(await take(client, answer.length), answer);
  });

  it("passes chunked bodies chunk by chunk, before they are whole", async () => {
    const { client, accepted } = await rawBoth();
    const begun = "POST /apps/1/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" +
      "3;ext=1\r\nabc\r\n";
    client.write(begun);
    const target = await accepted;
    assertEquals(await take(target, begun.length), begun);
    const rest = "0\r\nTrailer: t\r\n\r\n";
    client.write(rest);
    assertEquals(await take(target, rest.length), rest);
  });

  it("passes `Expect: 100-continue` and its answer", async () => {
    const proxy = await transparent({
      onRequest: (request, response) => {
        request.on("data", (body) => response.end(`got ${body}`));
      },
    });
    const headers = { Expect: "100-continue", "Content-Length": "5" };
    const sending = httpRequest({ host: proxy.host, port: proxy.port, method: "POST", headers });
    sending.flushHeaders();
    await once(sending, "continue");
    sending.end("hello");
    const [response] = await once(sending, "response");
    assertEquals(String((await once(response, "data"))[0]), "got hello");
  });

  it("answers pipelined requests on one connection in order", async () => {
    const proxy = await transparent({
      onRequest: (request, response) => void response.end(`<${request.url}>`),
    });
    const client = connect(proxy.port, proxy.host);
    cleanups.push(() => void client.destroy());
    for (let sent = 0; sent < 50; sent++) client.write(`GET /${sent} HTTP/1.1\r\nHost: x\r\n\r\n`);
    let text = "";
    while (!text.includes("</49>")) text += String((await once(client, "data"))[0]);
    const paths = [...text.matchAll(/<\/(\d+)>/g)].map(([, path]) => Number(path));
    assertEquals(paths, [...Array(50).keys()]);
  });

  it("passes the end of a connection the target has closed", async () => {
    const { client, accepted } = await rawBoth();
    client.write("GET / HTTP/1.1\r\n\r\n");
    const target = await accepted;
    const answer = "HTTP/1.1 413 Too Large\r\nConnection: close\r\n\r\nno";
    target.end(answer);
    assertStringIncludes(await take(client, answer.length), "413 Too Large");
    await once(client, "end");
  });

  it("resets the client when the target cannot be reached", async () => {
    const gone = await startStandIn({});
    await gone.close();
    const proxy = await startProxy({ upstream: gone, apps: [], breaks: [] });
    cleanups.push(proxy.close);
    const client = connect(proxy.port, proxy.host);
    client.write("GET / HTTP/1.1\r\n\r\n");
    assertEquals((await once(client, "error"))[0].code, "ECONNRESET");
  });
});
