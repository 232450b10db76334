import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root } from "../../cli/testing.ts";
import { measurementsSchema } from "../../record/load/measurements.ts";
import { planSchema } from "../../record/load/plan.ts";

/** Files that the Go side's own test reads and writes again, to the letter. */
const testdata = join(root, "suites/load/k6/engine/testdata");
const read = async (name: string) => JSON.parse(await Deno.readTextFile(join(testdata, name)));

describe("both engines speak of the same plans and measurements", () => {
  it("a plan with every field", async () => {
    const plan = await read("plan.json");
    assertEquals(planSchema.parse(plan), plan);
  });

  it("measurements with every field", async () => {
    const measurements = await read("measurements.json");
    assertEquals(measurementsSchema.parse(measurements), measurements);
  });
});
