/** What `compare` and `matrix` write, held against the schemas that are printed for readers. */
import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { z } from "zod";
import type { Comparison } from "./compare/row.ts";
import { compareChecks } from "./compare/check.ts";
import { comparisonSchema } from "./compare/schema.ts";
import { reportOf } from "./check/json.ts";
import { type Matrix, matrixOf } from "./matrix/matrix.ts";
import { matrixSchema } from "./matrix/schema.ts";
import type { Same } from "./testing/same.ts";
import { sampleRun } from "./testing/sample.ts";

const sample = await sampleRun();

describe("the schema of matrix.json", () => {
  it("says what the matrix is, and takes one that was made", () => {
    // A difference is an error of `deno check`.
    const same: Same<z.output<typeof matrixSchema>, Matrix> = true;
    assertEquals(same, true);
    const matrix = matrixOf(
      [{ report: reportOf(sample), page: "a.html" }],
      sample.run.requirements,
    );
    const written = JSON.parse(JSON.stringify(matrix));
    assertEquals(matrixSchema.parse(written), written);
    assertThrows(() => matrixSchema.parse({ ...written, colour: "red" }));
  });
});

describe("the schema of compare.json", () => {
  it("says what a comparison is, and takes one that was made", () => {
    const same: Same<z.output<typeof comparisonSchema>, Comparison & { schemaVersion: 1 }> = true;
    assertEquals(same, true);
    const report = reportOf(sample);
    const written = JSON.parse(
      JSON.stringify({ schemaVersion: 1, ...compareChecks([report], [report], "must") }),
    );
    assertEquals(comparisonSchema.parse(written), written);
    assertThrows(() => comparisonSchema.parse({ ...written, kind: "guess" }));
  });
});
