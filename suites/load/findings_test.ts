import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Death, findings } from "./findings.ts";
import { measurementsOf } from "./testing.ts";

const params = (change: Parameters<typeof measurementsOf>[0], death?: Death) =>
  findings(measurementsOf(change), death).map(({ text, fatal }) => [text, fatal]);

/** The run's last phase with other counts. */
const counting = (counts: object) => ({
  phases: measurementsOf().phases.map((phase) =>
    phase.name === "all" ? { ...phase, counts: { ...phase.counts, ...counts } } : phase
  ),
});

describe("findings", () => {
  it("are none where all went well", () => assertEquals(params({}), []));

  it("say how many did not come up, when, why, and how many did at most", () => {
    const troubles = [{ what: "connect", detail: "reset", first: 0.5, last: 0.96, count: 3 }];
    assertEquals(params({ troubles }), [
      ["3 clients did not come up from 0.5 s to 1.0 s: reset; never more than 10 stood", true],
    ]);
  });

  it("leave out what an interrupt has brought about", () => {
    const troubles = [{ what: "connection", detail: "reset", first: 2.9, last: 2.9, count: 3 }];
    assertEquals(findings(measurementsOf({ troubles }), undefined, 3), []);
    assertEquals(findings(measurementsOf({ troubles }), undefined, 4).length, 1);
  });

  it("say when the process ended, how, and with which last words", () => {
    const death = { at: 1.25, code: 0, signal: null, lastWords: "out of luck\n" };
    assertEquals(params({}, death), [[
      "the target's process ended at 1.3 s, when 10 connections stood, with status 0; its last words: out of luck",
      true,
    ]]);
  });

  it("say which events had no answer or were refused, and since when nothing came", () => {
    const intervals = measurementsOf().intervals.map((interval) => ({
      ...interval,
      delivered: interval.second === 0 ? 1 : 0,
    }));
    assertEquals(params({ ...counting({ unanswered: 2, refused: 1 }), intervals }), [
      [
        '2 of 8 events got no answer in phase "all" (from 1.0 s to 3.0 s); nothing was delivered after second 1',
        true,
      ],
      ['1 of 8 events refused in phase "all" (from 1.0 s to 3.0 s)', true],
    ]);
  });

  it("say of which events deliveries were lost, and when those were due", () => {
    const missing = { what: "missing", detail: "OrderShipped", first: 2.24, last: 2.24, count: 1 };
    assertEquals(params({ ...counting({ delivered: 49 }), troubles: [missing] }), [[
      '1 of 50 deliveries lost in phase "all" (from 1.0 s to 3.0 s): of OrderShipped, due at 2.2 s',
      false,
    ]]);
  });

  it("count what was lost, repeated and overtaken, phase by phase", () => {
    assertEquals(params(counting({ delivered: 49, duplicated: 1, reordered: 2 })), [
      ['1 of 50 deliveries lost in phase "all" (from 1.0 s to 3.0 s)', false],
      ['1 beside 50 deliveries came once more in phase "all" (from 1.0 s to 3.0 s)', false],
      [
        '2 beside 50 deliveries came after one that was sent later in phase "all" (from 1.0 s to 3.0 s)',
        false,
      ],
    ]);
  });
});
