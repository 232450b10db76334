import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { heldAgainst } from "./testing/held_against.ts";

const held = (fault: string, ...scenarios: string[]) =>
  heldAgainst("ticket-desk", scenarios.map((one) => `application/at-the-desk/${one}`), {
    TICKETS_FAULT: fault,
  });

describe("agents who keep alive that they are at the desk", () => {
  for (
    const [fault, what, wanted] of [
      ["hasty", "one who is gone though he goes on", ["APP-414", "APP-415"]],
      ["each-beat", "one who is told to come each time", ["APP-415"]],
      ["unmissed", "one who leaves, and is told to nobody", ["APP-415"]],
      ["kept", "one who cannot leave", ["APP-414"]],
    ] as const
  ) {
    it(`are told of ${what}`, async () => {
      const { code, err, failed } = await held(fault, "kept");
      assertEquals([code, failed], [1, [...wanted]], err);
    });
  }

  it("are told of strangers who see and hear who is there", async () => {
    const { code, err, failed } = await held("anybody", "readers", "hearers");
    assertEquals([code, failed], [1, ["APP-028", "APP-413"]], err);
  });
});
