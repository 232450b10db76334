import { describe } from "@std/testing/bdd";
import { CAUSES } from "./deviations/causes.ts";
import { accusesOnly } from "./right.ts";

describe("check says what a failure comes from", () => {
  accusesOnly(CAUSES);
});
