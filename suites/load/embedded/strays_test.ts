import { assertThrows } from "@std/assert";
import { it } from "@std/testing/bdd";
import { SECOND } from "./clock.ts";
import { Broken } from "./frame_reader.ts";
import { Strays } from "./strays.ts";

it("a flood ends a connection, and many messages over a long time do not", () => {
  const steady = new Strays();
  for (let n = 0; n < 100_000; n++) steady.count(n * SECOND / 1000);
  const flooded = new Strays();
  for (let n = 0; n < 3000; n++) flooded.count(0);
  assertThrows(() => flooded.count(0), Broken, "a flood: more than 3000");
});
