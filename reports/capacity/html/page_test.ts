import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { capacityReportSchema } from "../../../suites/record/capacity/report.ts";
import { sampleCapacity } from "../../testing/capacity_sample.ts";
import { capacityPage } from "./page.ts";

const page = capacityPage(sampleCapacity());

describe("the page of a capacity", () => {
  it("is made of a report that the schema takes", () => {
    capacityReportSchema.parse(sampleCapacity());
  });

  it("opens with what is carried, on what grounds, and what broke", () => {
    assertStringIncludes(page, '<p class="verdict pass">It carries 800 connections</p>');
    assertStringIncludes(
      page,
      "1 of 1 run met the objectives, and 0 of 1 run at 1,600 connections",
    );
    assert(page.indexOf("<strong>descriptors</strong>") < page.indexOf("<strong>latency</strong>"));
  });

  it("has a row for each load, with the runs that say nothing counted apart", () => {
    const rows = page.slice(page.indexOf('id="steps"')).match(
      /<tr><th scope="row">[\s\S]*?<\/tr>/g,
    );
    const [, , row = ""] = rows ?? [];
    const text = row.replace(/<[^>]+>/g, "|").replace(/\|+/g, "|");
    assertStringIncludes(text, "|800 |knee|1 of 1| and 1 not known|2.00|");
  });

  it("shows the law beside the points, its residuals, and the plan with what it assumes", () => {
    assertEquals(page.match(/<figure class="chart">/g)?.length, 3);
    assertStringIncludes(page, "Residuals");
    assertStringIncludes(page, "9 nodes for 5,000 users");
    assertStringIncludes(page, "decided by connections");
  });

  it("lets no text of a target become markup", () => {
    assert(!page.includes("<img src=x"));
    assert(!page.includes("</script><img"));
  });

  it("says it too where the search was interrupted, and where nothing is known", () => {
    const { result: _, nodes: __, scaling: ___, ...rest } = sampleCapacity();
    const interrupted = capacityPage({ ...rest, complete: false });
    assertStringIncludes(interrupted, "The search was interrupted");
    const gone = capacityPage({ ...rest, complete: false, ended: "nothing answers there" });
    assertStringIncludes(gone, "nothing answers there");
    const nothing = capacityPage({
      ...rest,
      result: {
        kind: "generator",
        beyond: { load: 1, runs: 0, met: 0, unknown: 3, verdict: "generator" },
      },
    });
    assertStringIncludes(nothing, "No capacity was found");
  });
});
