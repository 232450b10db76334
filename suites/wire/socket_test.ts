import { assertEquals } from "@std/assert";
import { encodeBase64 } from "@std/encoding";
import { describe, it } from "@std/testing/bdd";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { dial } from "./socket.ts";

describe("dial", () => {
  it("hands over bytes that may be encoded while the line goes on", async () => {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo; // a TCP server that listens has one
    server.on("connection", (ws) => {
      for (const payload of ["one", "two", "three"]) {
        ws.ping(payload);
        ws.send(payload, { binary: true });
      }
      ws.close(1000);
    });
    const heard: string[] = [];
    const nothing = () => {};
    await new Promise<void>((resolve) => {
      dial(`ws://127.0.0.1:${port}`, {}, {
        opened: nothing,
        refused: nothing,
        failed: (reason) => heard.push(reason),
        text: nothing,
        binary: (data) => heard.push(`binary ${encodeBase64(data)}`),
        control: (kind, data) => heard.push(`${kind} ${encodeBase64(data)}`),
        closed: () => resolve(),
      });
    });
    await new Promise((resolve) => server.close(resolve));
    assertEquals(heard, [
      "ping b25l",
      "binary b25l",
      "ping dHdv",
      "binary dHdv",
      "ping dGhyZWU=",
      "binary dGhyZWU=",
    ]);
  });
});
