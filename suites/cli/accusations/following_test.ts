import { describe } from "@std/testing/bdd";
import { FOLLOWING } from "./deviations/following.ts";
import { accusesOnly } from "./right.ts";

describe("check accuses what is wrong, and not what follows from it", () => {
  accusesOnly(FOLLOWING);
});
