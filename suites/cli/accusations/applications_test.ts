import { describe } from "@std/testing/bdd";
import { APPLICATIONS } from "./deviations/applications.ts";
import { accusesOnly } from "./right.ts";

describe("check accuses a right server of nothing for what an application does", () => {
  accusesOnly(APPLICATIONS);
});
