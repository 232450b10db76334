import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence } from "../evidence.ts";
import { abridging } from "./abridge.ts";

const received = (attempt: string, text: string): Evidence => ({
  seq: 1,
  t: 1,
  case: attempt,
  kind: "received",
  socket: "ana#1",
  opcode: "text",
  text,
  bytes: text.length,
});
const LONG = "x".repeat(100_000);

describe("abridging a record", () => {
  it("keeps a scenario's first million characters whole, and cuts long texts after that", () => {
    const abridge = abridging((text) => text);
    const flood = Array.from({ length: 12 }, () => abridge(received("flood", LONG)));
    assertEquals(flood.slice(0, 10), Array.from({ length: 10 }, () => received("flood", LONG)));
    const cut = received("flood", `${LONG.slice(0, 1000)}… (99000 more characters)`);
    assertEquals(flood.slice(10), [cut, cut].map((event) => ({ ...event, bytes: LONG.length })));
  });

  it("never cuts a short text, nor one of another scenario", () => {
    const abridge = abridging((text) => text);
    for (let n = 0; n < 12; n++) abridge(received("flood", LONG));
    const short = received("flood", "y".repeat(1000));
    assertEquals(abridge(short), short);
    const other = received("another", LONG);
    assertEquals(abridge(other), other);
  });

  it("cuts bodies of HTTP requests alike", () => {
    const abridge = abridging((text) => text);
    const request = (body: string): Evidence => ({
      seq: 1,
      t: 1,
      case: "flood",
      kind: "request",
      exchange: 1,
      connection: "api",
      method: "POST",
      path: "/batch_events",
      headers: {},
      body,
    });
    for (let n = 0; n < 10; n++) abridge(request(LONG));
    assertEquals(
      abridge(request(LONG)),
      request(`${LONG.slice(0, 1000)}… (99000 more characters)`),
    );
  });
});
