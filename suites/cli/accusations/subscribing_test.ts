import { describe } from "@std/testing/bdd";
import { REFUSED, REFUSED_BY_ANOTHER_NAME } from "./deviations/subscribing.ts";
import { accusesOnly } from "./right.ts";

describe("check accuses a server that refuses what it must admit of that alone", () => {
  accusesOnly(REFUSED);
});

describe("check takes a refusal by another name for one", () => {
  accusesOnly(REFUSED_BY_ANOTHER_NAME);
});
