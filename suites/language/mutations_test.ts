import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { mutations } from "./mutations.ts";

const all = mutations({
  event: "pusher:subscribe",
  data: { channel: "x" },
  batch: [{ name: "y" }],
});
const named = (name: string) => all.find((mutation) => mutation.name === name)?.message;

describe("mutations of a message", () => {
  it("leave out each field in turn, at any depth", () => {
    assertEquals(named("event is missing"), { data: { channel: "x" }, batch: [{ name: "y" }] });
    assertEquals(named("data.channel is missing"), {
      event: "pusher:subscribe",
      data: {},
      batch: [{ name: "y" }],
    });
    assertEquals(named("batch.0.name is missing"), {
      event: "pusher:subscribe",
      data: { channel: "x" },
      batch: [{}],
    });
  });

  it("put every wrong type in each field's place, and leave the rest alone", () => {
    assertEquals(named("data is null"), {
      event: "pusher:subscribe",
      data: null,
      batch: [{ name: "y" }],
    });
    assertEquals(named("batch.0 is zero"), {
      event: "pusher:subscribe",
      data: { channel: "x" },
      batch: [0],
    });
  });

  it("replace the whole message too", () => {
    assertEquals(named("the message is null"), null);
  });

  it("have names of their own, so that each can be told again alone", () => {
    assertEquals(new Set(all.map(({ name }) => name)).size, all.length);
  });

  it("keep a prototype as a plain key, as it would arrive on the wire", () => {
    assert(JSON.stringify(named("data is an object with a prototype")).includes('"__proto__"'));
  });
});
