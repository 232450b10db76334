import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root } from "../cli/testing.ts";
import { heldAgainst } from "./testing/held_against.ts";

const file = join(root, "suites/applications/testing/rooms.yaml");
const held = (fault: string, scenario: string) =>
  heldAgainst(file, [scenario], { ROOMS_FAULT: fault });

describe("rooms to book, in Python, with pages, forms, redirects and UUIDs", () => {
  it("are found right by every scenario that their file comes to", async () => {
    const { code, err, others } = await held("", "application/booking");
    assertEquals([code, others], [0, []], err);
  });

  it("are told of a race: a booking that two have confirmed", async () => {
    const { code, err, failed } = await held("race", "application/booking/confirmed-once");
    assertEquals([code, failed], [1, ["APP-401"]], err);
  });

  it("are told of a leak: whose booking it is, in a refusal to a stranger", async () => {
    const { code, err, failed } = await held("leak", "application/booking/secrets");
    assertEquals([code, failed], [1, ["APP-409"]], err);
    assertStringIncludes(err, "other was shown the email of the booking in an answer");
  });

  it("are told of a lost event: a cancelled booking that nobody hears of", async () => {
    const { code, err, failed } = await held("lost", "application/booking/events");
    assertEquals([code, failed], [1, ["APP-406"]], err);
  });
});
