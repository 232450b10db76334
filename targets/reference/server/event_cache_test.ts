import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createEventCache } from "./event_cache.ts";

describe("the event cache", () => {
  it("keeps only the last event, until its time has come (P-149, P-154)", () => {
    let now = 0;
    const cache = createEventCache(() => now);
    cache.set("cache-a", { event: "first", data: "1" }, 1000);
    now = 400;
    cache.set("cache-a", { event: "second", data: "2" }, 1000);
    now = 1399;
    assertEquals(cache.get("cache-a"), { event: { event: "second", data: "2" }, ttlMs: 1 });
    now = 1400;
    assertEquals(cache.get("cache-a"), undefined);
  });

  it("forgets expired channels whichever channel is asked for", () => {
    let now = 0;
    const cache = createEventCache(() => now);
    cache.set("cache-a", { event: "a", data: "" }, 1000);
    cache.set("cache-b", { event: "b", data: "" }, 1000);
    now = 2000;
    assertEquals(cache.get("cache-b"), undefined);
    now = 0;
    assertEquals(cache.get("cache-a"), undefined);
  });
});
