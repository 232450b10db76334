import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { root } from "../cli/testing.ts";
import { heldAgainst } from "./testing/held_against.ts";

const folder = join(root, "suites/applications/testing");
let program = "";

const held = (FAULT: string, ...scenarios: string[]) =>
  heldAgainst(join(folder, "foodbank.yaml"), scenarios, { FAULT, FOODBANK_PROGRAM: program });

describe("a food bank, in Go, described by somebody who had read the documentation only", () => {
  beforeAll(async () => {
    program = join(await Deno.makeTempDir({ prefix: "plumbline-test-" }), "foodbank");
    const { success, stderr } = await new Deno.Command("go", {
      args: ["build", "-o", program, join(folder, "foodbank.go")],
      stderr: "piped",
    }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
  });
  afterAll(() => Deno.remove(join(program, ".."), { recursive: true }));

  it("is found right by every scenario that its file comes to", async () => {
    const { code, err, others } = await held("", "application/offer");
    assertEquals([code, others], [0, []], err);
  });

  it("lets a charity give back what it holds, as the file says with whoDid", async () => {
    const text = await Deno.readTextFile(join(folder, "foodbank.yaml"));
    const release = `    transitions:
      release:
        request: POST /offers/\${id}/release
        json: {}
        accepted: { where: { ok: true } }
        from: open
        by: [{ whoDid: reserve }]
        changes: { boxes: 1 }
`;
    const file = join(program, "..", "release.yaml");
    await Deno.writeTextFile(
      file,
      text.replace("    transitions:\n", release)
        .replace("after: [reserve,", "after: [reserve, release,"),
    );
    const scenarios = ["release-*", "boxes-never-above-4-by-release"]
      .map((one) => `application/offer/${one}`);
    const { code, err, others } = await heldAgainst(file, scenarios, {
      FAULT: "",
      FOODBANK_PROGRAM: program,
    });
    assertEquals([code, others], [0, []], err);
  });

  it("is told of a race: an offer that is closed twice, and more boxes than there are", async () => {
    const { code, err, failed } = await held(
      "race",
      "application/offer/closed-once",
      "application/offer/boxes-never-below-*",
    );
    assertEquals([code, failed], [1, ["APP-401", "APP-405"]], err);
  });

  it("is told of a leak: the donor's name in what a charity lists", async () => {
    const { code, err, failed } = await held("leak", "application/offer/secrets");
    assertEquals([code, failed], [1, ["APP-409"]], err);
    assertStringIncludes(err, "aCharity was shown the donorName of the offer in an answer");
  });

  it("is told of a leak where nobody looks: the donor's e-mail in a refusal, and to who catches up", async () => {
    for (const [fault, where] of [["leakerr", "HTTP 403"], ["leakcatch", "HTTP 200"]] as const) {
      const { code, err, failed } = await held(fault, "application/offer/secrets");
      assertEquals([code, failed], [1, ["APP-409"]], err);
      assertStringIncludes(err, "was shown the donorMail of the offer in an answer");
      assertStringIncludes(err, where);
    }
  });

  it("is told of a lost event: an offer that opens again, and nobody hears of it", async () => {
    const { code, err, failed } = await held("lost", "application/offer/events");
    assertEquals([code, failed], [1, ["APP-406"]], err);
  });
});
