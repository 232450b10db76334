import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { coverageOf } from "./coverage.ts";
import { htmlReport } from "./html/page.ts";
import { message } from "./html/message.ts";
import { parseRecord } from "../../suites/record/check/read.ts";
import { sampleLines } from "../testing/sample.ts";

const received = (socket: string, data: unknown) => ({
  kind: "received",
  socket,
  opcode: "text",
  text: JSON.stringify({ event: "BidPlaced", channel: "a", data: JSON.stringify(data) }),
  bytes: 1,
});
const looked = {
  kind: "step-end",
  step: 0,
  turn: 0,
  outcome: "done",
  took: [],
  facts: { observers: ["ben", "eve"], shapes: { BidPlaced: {}, SaleEnded: {} } },
};

describe("who received what", () => {
  it("has every observer and event, and the fields that were seen", async () => {
    const [run = ""] = sampleLines();
    const attempt = {
      line: "case",
      id: "leaks/a/b",
      suite: "leaks",
      title: "t",
      file: "f",
      at: 1,
      steps: [],
    };
    const evidence = [
      received("ben#1", { amount: 1, "<b>": 2 }),
      received("ana#1", { secret: 1 }),
      looked,
    ]
      .map((event, seq) => ({ line: "evidence", seq, t: seq, case: "leaks/a/b", ...event }));
    const view = await parseRecord([
      run,
      ...[attempt, ...evidence].map((one) => JSON.stringify(one)),
    ]);
    assertEquals(coverageOf(view), [{
      scenario: "leaks/a/b",
      observers: ["ben", "eve"],
      events: [
        { event: "BidPlaced", fields: { ben: ["amount", "<b>"], eve: [] } },
        { event: "SaleEnded", fields: { ben: [], eve: [] } },
      ],
    }]);
    assertStringIncludes(htmlReport(view), "amount &lt;b&gt;");
  });
});

describe("what a check says", () => {
  it("keeps the lines below its first", () => {
    assertEquals(
      message("no order:\n█ ana\n █ ben").text,
      '<p class="message">no order:</p><pre class="timeline">█ ana\n █ ben</pre>',
    );
  });
});
