import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { invocation } from "./invocation.ts";

describe("a command is quoted as its user types it", () => {
  it("in a clone, which is where this test runs", () => {
    assertEquals(invocation("check --help"), "deno task check --help");
  });

  it("with the npm package", () => {
    assertEquals(invocation("check --help", true), "plumbline check --help");
  });
});
