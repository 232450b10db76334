import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root, withFolder } from "../cli/testing.ts";
import { heldAgainst } from "./testing/held_against.ts";

const testing = join(root, "suites/applications/testing");

/** What comes of an application that is right, once its file has been changed. */
const heldWith = (
  name: string,
  change: (text: string) => string,
  scenarios: readonly string[],
  FAULT = "",
) =>
  withFolder(async (folder) => {
    const text = await Deno.readTextFile(join(testing, `${name}.yaml`));
    const changed = change(text);
    if (changed === text && FAULT === "") throw new Error("nothing was changed");
    const file = join(folder, "application.yaml");
    await Deno.writeTextFile(file, changed);
    return await heldAgainst(file, scenarios, { FAULT });
  });

describe("an application that is right, with a mistake in its file, is accused of nothing", () => {
  for (
    const [what, change, scenario, said] of [
      [
        "the CSRF token of its transitions is forgotten",
        (text: string) =>
          text.replaceAll(
            /\n {8}before: \[.*\]\n( {8}request: POST \/loans\/)/g,
            "\n$1",
          ),
        "application/loan/events",
        "expected loan.reserve to be agreed: accepted wants status 303, and it is 419; POST /loans/",
      ],
      [
        "the pattern of its state is wrong",
        (text: string) => text.replace('<dd id="state">', '<dd id="status">'),
        "application/loan/readers",
        'promises "state" (at /<dd id="status">(\\w+)<\\/dd>/ in its body), but nothing is there',
      ],
      [
        "the acceptance of its log-in is wrong",
        (text: string) => text.replace('location: "^/loans$"', 'location: "^/loan$"'),
        "application/loan/readers",
        "accepted wants a Location like /^/loan$/, and it is /loans",
      ],
    ] as const
  ) {
    it(`where ${what}`, async () => {
      const { code, err, failed } = await heldWith("library", change, [scenario]);
      assertEquals([code, failed], [3, []], err);
      assertStringIncludes(err, "(file-mismatch)");
      assertStringIncludes(err.replaceAll("\\/", "/"), said.replaceAll("\\/", "/"));
    });
  }

  const pickUp = (by: string) => (text: string) =>
    text.replace("after: [accept, cancel]", "after: [accept, pickUp, cancel]").replace(
      "states: [waiting, assigned,",
      "states: [waiting, assigned, underway,",
    ).replace(
      "    transitions:\n",
      `    transitions:\n      pickUp: { request: "POST /api/deliveries/\${id}/pick-up", json: {}, from: assigned, to: underway, by: [${by}] }\n`,
    );

  it("where only he who accepted may go on, and the file names all couriers", async () => {
    const { code, err, failed } = await heldWith("dispatch", pickUp("courier"), [
      "application/delivery/underway-once",
    ]);
    assertEquals([code, failed], [3, []], err);
    assertStringIncludes(err, "racers.1 was refused delivery.pickUp alone as well");
  });

  it("where the file says that only he who accepted may go on, and it is told who else may", async () => {
    const scenarios = ["underway-once", "pickup-*", "pickup-against-cancel", "secrets"]
      .map((one) => `application/delivery/${one}`);
    const change = pickUp("{ whoDid: accept }");
    const right = await heldWith("dispatch", change, scenarios);
    assertEquals([right.code, right.others], [0, []], right.err);
    const wrong = await heldWith("dispatch", change, [
      "application/delivery/pickup-by-its-people",
    ], "anybody");
    assertEquals([wrong.code, wrong.failed], [1, ["APP-404"]], wrong.err);
  });

  it("where another must take back: of one transition that is refused, once", async () => {
    const { code, err, failed } = await heldWith("library", (text) => text, [
      "application/loan/takeback-by-its-people",
      "application/loan/events",
      "application/loan/missed/reset",
      "application/loan/returned-once",
    ], "foureyes");
    assertEquals([code, failed], [1, ["APP-402"]], err);
    assertStringIncludes(err, "expected loan.takeBack to be agreed");
  });
});

describe("an application that answers with an error of its own is accused, whatever its file says", () => {
  for (
    const [what, fault, requirement] of [
      ["makes no account", "nobody", "APP-025"],
      ["shows none of its resources", "unread", "APP-410"],
    ] as const
  ) {
    it(`where it ${what}`, async () => {
      const scenarios = ["application/delivery/**"];
      const { code, err, failed } = await heldWith("dispatch", (text) => text, scenarios, fault);
      assertEquals([code, failed], [1, [requirement]], err);
      assertStringIncludes(err, "it answered 500");
    });
  }
});
