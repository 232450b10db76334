import { assert } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { boundOwnMemory } from "./own_memory.ts";

describe("Plumbline's own memory", () => {
  it("is given back when it is asked for", () => {
    const memory = boundOwnMemory();
    const before = Deno.memoryUsage().heapUsed;
    let garbage: unknown[] | undefined = Array.from({ length: 1_000_000 }, (_, n) => ({ n }));
    assert(garbage.length > 0);
    const full = Deno.memoryUsage().heapUsed;
    garbage = undefined;
    memory.collect();
    memory.stop();
    const after = Deno.memoryUsage().heapUsed;
    assert(full - after > (full - before) / 2, `${before} to ${full}, and then ${after}`);
  });
});
