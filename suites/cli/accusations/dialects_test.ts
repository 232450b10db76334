import { describe } from "@std/testing/bdd";
import { DIALECTS } from "./deviations/dialects.ts";
import { accusesOnly } from "./right.ts";

describe("check accuses nobody of what the documents leave open", () => {
  accusesOnly(DIALECTS);
});
