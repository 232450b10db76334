import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { kneeOf } from "./knee.ts";

const LOADS = [100, 200, 400, 600, 800, 900, 950];
const curve = (latency: (load: number) => number) =>
  LOADS.map((load) => ({ load, latency: latency(load) }));

describe("the knee of latency over load", () => {
  it("is where a queue begins to grow without bound", () => {
    // A server of one queue that carries 1,000: its time in the system is 1/(1 − utilisation).
    assertEquals(kneeOf(curve((load) => 10 / (1 - load / 1000))), 800);
  });

  it("is not to be seen in a straight line, nor in a flat one", () => {
    assertEquals(kneeOf(curve((load) => 5 + load / 100)), undefined);
    assertEquals(kneeOf(curve(() => 12)), undefined);
  });

  it("is not where one unlucky run was followed by a lucky one", () => {
    const latencies = [10, 20, 30, 400, 500, 300, 200];
    assertEquals(
      kneeOf(LOADS.map((load, at) => ({ load, latency: latencies[at] ?? 0 }))),
      400,
    );
  });

  it("is not to be seen in few points", () => {
    const [first, second, last] = [100, 200, 950].map((load) => ({ load, latency: load ** 3 }));
    if (first && second && last) assertEquals(kneeOf([first, second, last]), undefined);
  });
});
