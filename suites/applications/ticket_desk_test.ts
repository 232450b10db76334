import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { heldAgainst } from "./testing/held_against.ts";

const held = (fault: string, ...scenarios: string[]) =>
  heldAgainst("ticket-desk", scenarios, { TICKETS_FAULT: fault });

describe("a ticket desk that only its file describes", () => {
  it("is found right by every scenario that its file comes to", async () => {
    const { code, err, others } = await held(
      "",
      "application/ticket",
      "application/slot",
      "application/at-the-desk",
    );
    assertEquals([code, others], [0, []], err);
  });

  it("is told of a race: a ticket that two have claimed, a slot that more have than it holds", async () => {
    const { code, err, failed } = await held(
      "race",
      "application/ticket/claimed-once",
      "application/slot/seats-*",
    );
    assertEquals([code, failed], [1, ["APP-401", "APP-405"]], err);
    assertStringIncludes(err, "asks for claim: agreed");
  });

  it("is told of a leak: the internal note in an event that its customer hears", async () => {
    const { code, err, failed } = await held("leak", "application/ticket/secrets");
    assertEquals([code, failed], [1, ["APP-409"]], err);
    assertStringIncludes(err, "owner was shown the note of the ticket in a frame");
  });

  it("is told of a lost event: a resolved ticket that nobody hears of", async () => {
    const { code, err, failed } = await held("lost", "application/ticket/events");
    assertEquals([code, failed], [1, ["APP-406"]], err);
    assertStringIncludes(err, "expected TicketResolved 1 times");
  });

  for (
    const [fault, what, scenarios, wanted] of [
      [
        "anywhere",
        "transitions from anywhere, and twice",
        ["claim-from-its-states", "claim-twice"],
        ["APP-402", "APP-403"],
      ],
      [
        "anybody",
        "strangers who claim, read, hear and see what has happened",
        ["claim-by-its-people", "readers", "hearers", "log-readers"],
        ["APP-028", "APP-404", "APP-410", "APP-413"],
      ],
      ["early", "an event before what it tells of", ["events"], ["APP-407"]],
      ["unversioned", "versions that do not rise", ["events"], ["APP-408"]],
      ["stale", "a page that fetches what was", ["missed/reset"], ["APP-411"]],
      [
        "unlogged",
        "what was done and is in no log",
        ["log-told", "log-missed"],
        ["APP-407", "APP-411", "APP-412"],
      ],
      ["backwards", "a log in another order", ["log-entries"], ["APP-412"]],
      ["logged-late", "an entry that is told before it is there", ["log-told"], ["APP-407"]],
    ] as const
  ) {
    it(`is told of ${what}`, async () => {
      const { code, err, failed } = await held(
        fault,
        ...scenarios.map((one) => `application/ticket/${one}`),
      );
      assertEquals([code, failed], [1, [...wanted]], err);
    });
  }
});
