import { describe } from "@std/testing/bdd";
import { ANSWERS } from "./deviations/answers.ts";
import { accusesOnly } from "./right.ts";

describe("check accuses a server whose HTTP answers differ of nothing else", () => {
  accusesOnly(ANSWERS);
});
