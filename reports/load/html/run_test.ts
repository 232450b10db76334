import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { LoadReport } from "../../../suites/record/load/report.ts";
import { sampleLoad } from "../../testing/load_sample.ts";
import { runsOf } from "./run.ts";

const labels = (...changes: ((report: LoadReport) => void)[]) =>
  runsOf(changes.map((change) => {
    const report = sampleLoad();
    report.target.title = "Reverb";
    change(report);
    return report;
  })).map(({ label }) => label);

const engine = (name: string) => (report: LoadReport) => void (report.evidence.engine = name);
const target = (title: string) => (report: LoadReport) => void (report.target.title = title);
const at = (time: string) => (report: LoadReport) => void (report.evidence.startedAt = time);

describe("runs on one page", () => {
  it("are named by what alone tells them apart", () => {
    assertEquals(labels(engine("k6"), engine("embedded")), ["k6", "embedded"]);
    assertEquals(labels(target("Reverb"), target("soketi")), ["Reverb", "soketi"]);
    assertEquals(labels(at("2026-05-01T10:00:00Z"), at("2026-05-01T11:30:00Z")), [
      "10:00:00",
      "11:30:00",
    ]);
  });

  it("are named by as much as it takes", () => {
    const both = (report: LoadReport) => (target("soketi")(report), engine("k6")(report));
    assertEquals(labels(engine("k6"), engine("embedded"), both), [
      "Reverb, k6",
      "Reverb, embedded",
      "soketi, k6",
    ]);
  });

  it("are counted where nothing tells them apart", () => {
    assertEquals(labels(() => {}, () => {}), ["Run 1", "Run 2"]);
  });

  it("have colours that begin again after six", () => {
    const runs = runsOf(Array.from({ length: 7 }, sampleLoad));
    assertEquals(runs.map(({ colour }) => colour), [1, 2, 3, 4, 5, 6, 1]);
  });
});
