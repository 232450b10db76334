import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { heldAgainst } from "./testing/held_against.ts";

const held = (fault: string, ...scenarios: string[]) =>
  heldAgainst("ticket-desk", scenarios.map((one) => `application/queue/${one}`), {
    TICKETS_FAULT: fault,
  });

describe("figures of a ticket desk", () => {
  it("are found right", async () => {
    const { code, err, others } = await held("", "*");
    assertEquals([code, others], [0, []], err);
  });

  for (
    const [fault, what, scenarios, wanted] of [
      ["flood", "come too often", ["told"], ["APP-416"]],
      ["frozen", "are computed once", ["open-computed"], ["APP-417"]],
      ["anybody", "are shown to strangers", ["readers", "hearers"], ["APP-028", "APP-413"]],
    ] as const
  ) {
    it(`are told of where they ${what}`, async () => {
      const { code, err, failed } = await held(fault, ...scenarios);
      assertEquals([code, failed], [1, [...wanted]], err);
    });
  }

  it("warn where they are told though nobody listens", async () => {
    const { err, others } = await held("unheard", "told");
    assertEquals(others, ["application/queue/told: warn"], err);
  });
});
