import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence, Happening } from "./evidence.ts";
import { arrivals, quote, wireLine, wireText } from "./words.ts";

const event = (happening: Happening, seq = 1): Evidence => ({
  seq,
  t: 20 + seq,
  case: "a/b",
  ...happening,
});
const received = (text: string): Happening => ({
  kind: "received",
  socket: "ana#1",
  opcode: "text",
  text,
  bytes: text.length,
});
const closed = (reason: string): Happening => ({
  kind: "closed",
  socket: "ana#1",
  by: "target",
  code: 4200,
  reason,
});

describe("an event in words", () => {
  it("is a line of the wire log: when, who, which way, what", () => {
    const line = wireLine(event(closed("go away")), 20);
    assertEquals(wireText(line, 100), "+1.0 ms ana#1 ← closed with 4200 go away");
    assertEquals(
      wireText(wireLine(event(received('{"event":"a"}')), 20), 6),
      '+1.0 ms ana#1 ← {"eve…',
    );
  });

  it("is quoted in messages, with its payload cut", () => {
    assertEquals(quote(event(closed(""))), "closed with 4200 and no reason");
    assertEquals(quote(event(closed("go"))), 'closed with 4200 "go"');
    assertEquals(
      quote(
        event({ kind: "received", socket: "ana#1", opcode: "binary", base64: "AA==", bytes: 1 }),
      ),
      "binary frame of 1 bytes",
    );
    assertEquals(quote(event(received("x".repeat(301)))), `${"x".repeat(300)}… (301 characters)`);
    assertEquals(quote(event({ kind: "note", text: "by hand" })), "by hand");
  });

  it("is one of the first four of what somebody received", () => {
    const events = Array.from({ length: 6 }, (_, index) => event(received(String(index)), index));
    assertEquals(arrivals(events, "ana", 1), "1 · 2 · 3 · 4 · and 1 more");
    assertEquals(arrivals(events, "eve", 0), "nothing arrived");
  });
});
