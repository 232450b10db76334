import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Report as Written } from "../../../reports/check/json.ts";
import type { Report } from "./report.d.ts";

/** `true` where both types hold the same, to every depth. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Mapped types are compared as written; this writes both the same way. */
type Plain<T> = T extends readonly (infer Item)[] ? Plain<Item>[]
  : T extends object ? { [K in keyof T]: Plain<T[K]> }
  : T;

describe("report.d.ts", () => {
  it("says of report.json what its schema says", () => {
    // A difference is an error of `deno check`.
    const same: Same<Plain<Report>, Plain<Written>> = true;
    assertEquals(same, true);
  });
});
