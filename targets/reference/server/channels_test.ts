import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { accessOf, channelNameFault, isCache } from "./channels.ts";

describe("a channel's kind", () => {
  const kinds = {
    "orders": "public",
    "privateer": "public",
    "private": "public",
    "xprivate-y": "public",
    "Private-a": "public",
    "encrypted-a": "public",
    "presence_a": "public",
    "private-a": "private",
    "private-encrypted-a": "private",
    "presence-a": "presence",
    "presence-encrypted-a": "presence",
    "presence-cache-a": "presence",
    "#server-to-user-7": "user",
  } as const;
  for (const [channel, access] of Object.entries(kinds)) {
    it(`${channel} is ${access} (P-104, P-144)`, () => assertEquals(accessOf(channel), access));
  }

  for (
    const channel of ["cache-a", "private-cache-a", "private-encrypted-cache-a", "presence-cache-a"]
  ) {
    it(`${channel} remembers its last event (P-146)`, () => assertEquals(isCache(channel), true));
  }
  for (
    const channel of [
      "cache",
      "cachea",
      "mycache-a",
      "private-x-cache-a",
      "presence-encrypted-cache-a",
    ]
  ) {
    it(`${channel} does not (P-146)`, () => assertEquals(isCache(channel), false));
  }
});

describe("a channel's name", () => {
  for (const name of ["aZ09_-=@,.;", "a".repeat(164), "#server-to-user-7"]) {
    it(`may be ${name.slice(0, 20)} (P-205, P-206)`, () => {
      assertEquals(channelNameFault(name, 164), undefined);
    });
  }
  for (const name of ["", "a b", "a/b", "a:b", "a\n", "é", "a#", "#other", "#"]) {
    it(`may not be ${JSON.stringify(name)} (P-205)`, () => {
      assertStringIncludes(channelNameFault(name, 164) ?? "", "may hold only");
    });
  }
  it("may not be longer than the limit (P-207)", () => {
    assertStringIncludes(channelNameFault("a".repeat(165), 164) ?? "", "the most is 164");
  });
});
