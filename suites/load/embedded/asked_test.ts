import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { LoadPlan } from "../../record/load/plan.ts";
import { Asked } from "./asked.ts";
import { Ledger } from "./ledger.ts";
import { machine } from "./machine.ts";
import { planFor } from "./testing/plan.ts";

const request: LoadPlan["publishers"][number]["request"] = {
  url: "http://127.0.0.1:1/bids",
  headers: {},
  body: '{"amount":$number}',
  first: 100,
  step: 10,
  field: "lot.price",
  accepted: { where: {} },
};
const plan = planFor({ websocket: "ws://127.0.0.1:1", api: "http://127.0.0.1:1" }, {
  channels: ["news", "private-lot.7"],
  publishers: [
    { event: "Said", perSecond: 1, channels: [0], bytes: 100 },
    { event: "bid.placed", perSecond: 1, channels: [1], bytes: 0, request },
  ],
});

/** Two bids, of 100 and of 110, have been asked for. */
function afterTwo() {
  const asked = new Asked(plan, (publisher, channel) => publisher * 2 + channel);
  const ledger = new Ledger(2);
  const numbers = [5, 6].map((intended) =>
    asked.note(1, ledger.issue({ stream: 3, channel: 1, phase: 1, intended, whisper: false }))
  );
  return { asked, numbers };
}

describe("an event that an application was asked for", () => {
  it("has the number that rises by the step", () => {
    assertEquals(afterTwo().numbers, [100, 110]);
  });

  for (const price of [110, "110", "110.00"]) {
    it(`is known by its number: ${JSON.stringify(price)}`, () => {
      assertEquals(afterTwo().asked.find("bid.placed", "private-lot.7", { lot: { price } }), {
        machine,
        stream: 3,
        sequence: 1,
        phase: 1,
        intended: 6,
        overlapping: true,
      });
    });
  }

  for (const price of [90, 105, 120, "", "many", null, true, [110], { toString: "110" }]) {
    it(`is nobody's with a number that was not asked for: ${JSON.stringify(price)}`, () => {
      assertEquals(
        afterTwo().asked.find("bid.placed", "private-lot.7", { lot: { price } }),
        "unknown",
      );
    });
  }

  it("is of another kind by another name, or on another channel", () => {
    const { asked } = afterTwo();
    assertEquals(asked.find("bid.placed", "news", { lot: { price: 100 } }), undefined);
    assertEquals(asked.find("lot.started", "private-lot.7", { lot: { price: 100 } }), undefined);
    assertEquals(asked.find("bid.placed", undefined, "no data at all"), undefined);
  });
});
