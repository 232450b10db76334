import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import http from "node:http";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { chunk, cut, headOf, type HttpLine, openHttpLine } from "./http_line.ts";

const DEADLINE_MS = 5000;

/** Answers every request with its own body, on a free port. */
async function withEcho(attempt: (origin: URL, line: HttpLine) => Promise<void>): Promise<void> {
  const server = http.createServer(async (request, response) => {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    // Without a length node answers in chunks.
    for (const part of parts) response.write(part);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  const origin = new URL(`http://127.0.0.1:${port}`);
  const line = await openHttpLine(origin);
  try {
    await attempt(origin, line);
  } finally {
    line.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const post = (headers: Record<string, string>) => ({ method: "POST", target: "/echo", headers });
const bytes = (text: string) => new TextEncoder().encode(text);

describe("HTTP on a bare line", () => {
  it("reads the answer to a request whose body went in pieces", () =>
    withEcho(async (origin, line) => {
      await line.write(headOf(post({ "content-length": "5" }), origin));
      for (const piece of cut(bytes("hello"), 3)) await line.write(piece);
      const { status, body } = await line.answer("POST", DEADLINE_MS);
      assertEquals([status, body], [200, "hello"]);
    }));

  it("frames a body in chunks", () =>
    withEcho(async (origin, line) => {
      await line.write(headOf(post({ "transfer-encoding": "chunked" }), origin));
      for (const part of ["hel", "lo", ""]) await line.write(chunk(bytes(part)));
      assertEquals((await line.answer("POST", DEADLINE_MS)).body, "hello");
    }));

  it("tells an interim answer from the final one", () =>
    withEcho(async (origin, line) => {
      await line.write(headOf(post({ "content-length": "2", expect: "100-continue" }), origin));
      assertEquals((await line.answer("POST", DEADLINE_MS)).status, 100);
      await line.write(bytes("on"));
      assertEquals((await line.answer("POST", DEADLINE_MS)).body, "on");
    }));

  it("keeps the answers to pipelined requests apart", () =>
    withEcho(async (origin, line) => {
      for (const body of ["one", "two"]) {
        await line.write(headOf(post({ "content-length": "3" }), origin));
        await line.write(bytes(body));
      }
      assertEquals((await line.answer("POST", DEADLINE_MS)).body, "one");
      assertEquals((await line.answer("POST", DEADLINE_MS)).body, "two");
    }));

  it("hands a late answer to whoever asks next", () =>
    withEcho(async (origin, line) => {
      await line.write(headOf(post({ "content-length": "4" }), origin));
      await assertRejects(() => line.answer("POST", 1), Error, "no answer within 1 ms");
      await line.write(bytes("late"));
      assertEquals((await line.answer("POST", DEADLINE_MS)).body, "late");
    }));

  for (const length of ["Content-Length: 2\r\n", ""]) {
    it(`has an answer ${length ? "of a known length" : "without a length"} that came before the body was written, though the line is closed then`, async () => {
      const closed = Promise.withResolvers<void>();
      const server = net.createServer((socket) => {
        socket.on("error", () => {});
        socket.on("close", () => closed.resolve());
        socket.once(
          "data",
          () => socket.end(`HTTP/1.1 401 Unauthorized\r\n${length}\r\nno`, () => socket.destroy()),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
      const origin = new URL(`http://127.0.0.1:${port}`);
      const line = await openHttpLine(origin);
      await line.write(headOf(post({ "content-length": "100000" }), origin));
      line.listen("POST");
      await closed.promise;
      await line.write(bytes("x".repeat(90_000)));
      assertEquals((await line.answer("POST", DEADLINE_MS)).status, 401);
      line.close();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  it("says so when the connection ends without an answer", async () => {
    const line = await openHttpLine(new URL("http://127.0.0.1:1"));
    await assertRejects(() => line.answer("GET", DEADLINE_MS));
    line.close();
  });
});

describe("cutting bytes", () => {
  it("loses none, however many pieces there are", () => {
    for (const pieces of [1, 2, 3, 7]) {
      const parts = cut(bytes("hello"), pieces);
      assertEquals(parts.length, pieces);
      assertEquals(parts.flatMap((part) => [...part]), [...bytes("hello")]);
    }
  });
});
