import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Report as Written } from "../../../reports/check/json.ts";
import type { Same } from "../../../reports/testing/same.ts";
import type { Report } from "./report.d.ts";

describe("report.d.ts", () => {
  it("says of report.json what its schema says", () => {
    // A difference is an error of `deno check`.
    const same: Same<Report, Written> = true;
    assertEquals(same, true);
  });
});
