/** Words about an application: what it hides, and whether its pages end up right. */
import { client, type Renamed, scenario, undoubled } from "./entry.ts";

export const APPLICATION: readonly Renamed[] = [
  undoubled("hides", "what"),
  scenario("hidesItsInside", "hides", "hides: { inside: true, from: [ana] }", {
    hidesItsInside: "from",
  }, { inside: true }),
  scenario("hidesCredentials", "hides", "hides: { credentialsOf: [ana], from: [eve] }", {
    hidesCredentials: "credentialsOf",
  }),
  scenario("keepsToFields", "hides", "hides: { unlistedFields: true, from: [ana] }", {
    keepsToFields: "from",
  }, { unlistedFields: true }),
  scenario("hears", "hides", "hides: { event: EVENT, of: ID, from: [eve], witness: ana }", {
    hears: "event",
    nobodyOf: "from",
  }),
  scenario("aliasesDiffer", "hides", "hides: { biddersAcross: [LOT, LOT], in: ana }", {
    aliasesDiffer: "biddersAcross",
  }),
  client("heardRight", "heardAll", "{ heardAll: lot, right: true, of: ID }", {
    heardRight: "heardAll",
  }, { right: true }),
  client("willBeCut", "isCut", "{ isCut, next: … }", { willBeCut: "next" }, { isCut: null }),
  client("isStale", "isConsistent", "{ isConsistent: lot, not: true, of: ID }", {
    isStale: "isConsistent",
  }, { not: true }),
];
