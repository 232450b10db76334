import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { placeOf } from "./record_head.ts";

describe("the file of a scenario, as reports name it", () => {
  const start = Deno.cwd();
  let user: string;
  beforeAll(async () => {
    user = await Deno.realPath(await Deno.makeTempDir({ prefix: "plumbline-test-" }));
  });
  afterAll(async () => {
    Deno.chdir(start);
    await Deno.remove(user, { recursive: true });
  });
  const packed = () => join(user, "node_modules", "plumbline");

  it("is from the user's folder where it is his own", () => {
    Deno.chdir(user);
    assertEquals(placeOf("mine/bids.yaml", packed()), { file: "mine/bids.yaml" });
    assertEquals(placeOf(join(user, "bids.yaml"), packed()), { file: "bids.yaml" });
  });

  it("is from Plumbline's folder where it comes with it", () => {
    Deno.chdir(user);
    assertEquals(placeOf(join(packed(), "scenarios/auth/private.yaml"), packed()), {
      file: "scenarios/auth/private.yaml",
      shipped: true,
    });
  });

  it("is the user's own in a clone, wherever in it he stands", () => {
    Deno.chdir(join(start, "docs"));
    assertEquals(placeOf(join(start, "scenarios/auth/private.yaml"), start), {
      file: "scenarios/auth/private.yaml",
    });
  });
});
