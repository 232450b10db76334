import { describe } from "@std/testing/bdd";
import { CONNECTIONS } from "./deviations/connections.ts";
import { accusesOnly } from "./right.ts";

describe("check accuses a server that ends connections, or itself, of nothing else", () => {
  accusesOnly(CONNECTIONS);
});
