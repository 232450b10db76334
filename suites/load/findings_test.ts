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

  it("say how many clients did not connect, when and why, and how many were open at most", () => {
    const troubles = [{ what: "connect", detail: "reset", first: 0.5, last: 0.96, count: 3 }];
    assertEquals(params({ troubles }), [
      ["3 clients did not connect from 0.5 s to 1.0 s: reset; at most 10 were open", true],
    ]);
  });

  it("leave out what an interrupt has brought about", () => {
    const troubles = [{ what: "connection", detail: "reset", first: 2.9, last: 2.9, count: 3 }];
    assertEquals(findings(measurementsOf({ troubles }), undefined, 3), []);
    assertEquals(findings(measurementsOf({ troubles }), undefined, 4).length, 1);
  });

  it("say when the process ended, how, and what it wrote last", () => {
    const death = { at: 1.25, code: 0, signal: null, lastWords: "out of luck\n" };
    assertEquals(params({}, death), [[
      "the target's process ended at 1.3 s with status 0, with 10 connections open; last output: out of luck",
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
      ['1 of 8 events was refused in phase "all" (from 1.0 s to 3.0 s)', true],
    ]);
  });

  it("say of which events deliveries were lost, and when those were due", () => {
    const missing = { what: "missing", detail: "OrderShipped", first: 2.24, last: 2.24, count: 1 };
    assertEquals(params({ ...counting({ delivered: 49, lost: 1 }), troubles: [missing] }), [[
      '1 of 50 deliveries was lost in phase "all" (from 1.0 s to 3.0 s): OrderShipped, due at 2.2 s',
      false,
    ]]);
  });

  it("count what was lost, repeated and overtaken, phase by phase", () => {
    assertEquals(params(counting({ delivered: 49, lost: 1, duplicated: 1, reordered: 2 })), [
      ['1 of 50 deliveries was lost in phase "all" (from 1.0 s to 3.0 s)', false],
      ['1 of 50 deliveries was a duplicate in phase "all" (from 1.0 s to 3.0 s)', false],
      [
        '2 of 50 deliveries were out of order in phase "all" (from 1.0 s to 3.0 s)',
        false,
      ],
    ]);
  });
});
