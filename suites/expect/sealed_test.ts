import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received } from "../cli/testing/history.ts";

describe("receives unsealed", () => {
  const finding = (opened: string | null) =>
    judged({
      verb: "receives",
      who: "ana",
      params: { receives: "Paid", on: "private-encrypted-a", unsealed: "five" },
      before: [received("ana#1", "Paid", "private-encrypted-a", { nonce: "", ciphertext: "" })],
      ended: { took: [0], facts: { opened } },
    });

  it("holds when the event opens to what was sealed", () => {
    assertEquals(finding('"five"').holds, true);
  });

  it("fails when it does not open, or opens to something else", () => {
    assertEquals(finding(null).holds, false);
    assertEquals(finding('"six"').holds, false);
  });
});

describe("staysSecret of what was sealed", () => {
  const finding = (leaks: unknown) =>
    judged({
      verb: "staysSecret",
      params: { on: "private-encrypted-a", sealed: "five" },
      ended: { facts: { leaks } },
    });

  it("holds when nothing was found anywhere", () => {
    assertEquals(finding([]).holds, true);
  });

  it("fails and says what was found where, but not the thing itself", () => {
    const leaked = finding([{ what: "the master key", where: "the server's output" }]);
    assertEquals(leaked.holds, false);
    assertStringIncludes(leaked.message, "the master key is in the server's output");
  });
});
