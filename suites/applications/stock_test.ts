import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { root } from "../cli/testing.ts";
import { heldAgainst } from "./testing/held_against.ts";

const folder = join(root, "suites/applications/testing");
let program = "";

const held = (fault: string, scenario: string) =>
  heldAgainst(join(folder, "stock.yaml"), [scenario], {
    STOCK_FAULT: fault,
    STOCK_PROGRAM: program,
  });

describe("stock, in Go, with keys, words for ids, refusals of status 200 and presence channels", () => {
  beforeAll(async () => {
    program = join(await Deno.makeTempDir({ prefix: "plumbline-test-" }), "stock");
    const { success, stderr } = await new Deno.Command("go", {
      args: ["build", "-o", program, join(folder, "stock.go")],
      stderr: "piped",
    }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
  });
  afterAll(() => Deno.remove(join(program, ".."), { recursive: true }));

  it("is found right by every scenario that its file comes to", async () => {
    const { code, err, others } = await held("", "application/item");
    assertEquals([code, others], [0, []], err);
  });

  it("is told of a race: more is reserved than there is", async () => {
    const { code, err, failed } = await held("race", "application/item/left-never-below-*");
    assertEquals([code, failed], [1, ["APP-405"]], err);
  });

  it("is told of a leak: what it cost, in what a seller reads", async () => {
    const { code, err, failed } = await held("leak", "application/item/secrets");
    assertEquals([code, failed], [1, ["APP-409"]], err);
    assertStringIncludes(err, "aSeller was shown the cost of the item in an answer");
  });

  it("is told of a lost event: a release that nobody hears of", async () => {
    const { code, err, failed } = await held("lost", "application/item/events");
    assertEquals([code, failed], [1, ["APP-406"]], err);
  });
});
