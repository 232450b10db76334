import { describe } from "@std/testing/bdd";
import { PRESENCE } from "./deviations/presence.ts";
import { accusesOnly } from "./right.ts";

describe("check accuses a server that is wrong or slow about members of nothing else", () => {
  accusesOnly(PRESENCE);
});
