import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { describe, it } from "@std/testing/bdd";
import { XMLParser } from "fast-xml-parser";
import { loadReportSchema } from "../../../suites/record/load/report.ts";
import { histogramOf, interruptedLoad, sampleLoad } from "../../testing/load_sample.ts";
import { HOSTILE } from "../../testing/sample.ts";
import { loadPage } from "./page.ts";

const page = loadPage([sampleLoad()]);

/** The text of a table that stands under a heading, row by row. */
function rowsUnder(text: string, id: string): string[] {
  const from = text.indexOf(`id="${id}"`);
  assert(from > 0, `the page has no ${id}`);
  const table = text.slice(text.indexOf("<table>", from), text.indexOf("</table>", from));
  return [...table.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)]
      .map(([, cell = ""]) => cell.replace(/<[^>]+>/g, "").replace(/\s+/g, " ").trim()).join(" | ")
  );
}

describe("the page of a load run", () => {
  it("is made of a report that the schema takes", () => {
    loadReportSchema.parse(sampleLoad());
    loadReportSchema.parse(interruptedLoad());
  });

  it("opens with the verdict, and with what was found", () => {
    assertStringIncludes(
      page,
      '<p class="verdict fail">1 of 3 objectives missed, 1 unknown; 2 findings</p>',
    );
    assertStringIncludes(page, "1 delivery of 5,000 did not come, at 6.2 s");
    assertMatch(page, /499 of\s500 planned connections were/);
    assert(page.indexOf("did not come") < page.indexOf('id="objectives"'));
  });

  it("says what each objective came to", () => {
    assertEquals(rowsUnder(page, "objectives"), [
      "Objective | Measured | Verdict",
      "delivery p95 &lt;= 65ms | 76ms | missed",
      "delivered &gt;= 99% | 99.98% | met",
      "recover p99 &lt;= 1s | – | unknown",
    ]);
  });

  it("puts the count of deliveries beside every latency", () => {
    const rows = rowsUnder(page, "figures");
    assert(
      rows.includes(
        "delivery publish until a subscriber has it | 4,999 | 4,999 of 5,000 99.98% | " +
          "40.0 | 72.1 | 76.0 | 79.2 | 80.0 | 80.1",
      ),
      rows.join("\n"),
    );
    assert(rows.some((row) => /^subscribe .* \| 499 \| 499 of 500 99.8%/.test(row)));
    assert(rows.some((row) => /^answer .* \| 10 \| 10 of 13 /.test(row)));
    assert(rows.includes("warm-up 2 s, not measured"));
  });

  it("holds subscriptions against all that the clients of the plan make", () => {
    const report = sampleLoad();
    const [group] = report.load.plan.clients;
    assert(group);
    group.channels = [[0, 0], [0]]; // of 500 clients, 250 have two
    const rows = rowsUnder(loadPage([report]), "figures");
    assert(
      rows.some((row) => /^subscribe .* \| 499 \| 499 of 750 66.5%/.test(row)),
      rows.join("\n"),
    );
  });

  it("counts what was lost, repeated, refused and not answered", () => {
    const rows = rowsUnder(page, "counts");
    assert(rows.includes("Lost | 0 | 1"), rows.join("\n"));
    assert(rows.includes("Duplicated | 0 | 3"));
    assert(rows.includes("Refused | 0 | 1"));
    assert(rows.includes("Unanswered | 0 | 2"));
  });

  it("draws each chart as well-formed SVG, in words, with a table behind it", () => {
    const figures = [...page.matchAll(/<figure class="chart">[\s\S]*?<\/figure>/g)];
    const titles = figures.map(([text]) => /<h3>([^<]+)/.exec(text)?.[1]);
    assertEquals(titles.slice(0, 7), [
      "Delivery latency",
      "Deliveries",
      "Open connections",
      "Delivery by percentile",
      "Fan-out by percentile",
      "Connections by percentile",
      "CPU",
    ]);
    for (const [text] of figures) {
      new XMLParser().parse(text, true);
      assertMatch(text, /<svg [^>]*role="img" aria-label="[^"]+\. [^"]+"/);
      assertMatch(text, /<details class="behind">[\s\S]*<td>/);
      assertEquals(/NaN|Infinity|undefined/.test(text), false, text);
    }
  });

  it("shows the bytes a connection with what they rest on, and a restart with its moment", () => {
    assertMatch(page, /9.05 kB <span class="aside">R² 0.998, 3 samples up to 499 connections/);
    assertStringIncludes(page, "<strong>7.50 s:</strong>");
  });

  it("says what was done to the target", () => {
    assertStringIncludes(page, "<li>500 bidders, 200 dialed a second, all on one channel</li>");
    assertStringIncludes(page, "<li>BidPlaced: 2 a second to one channel, 300 bytes</li>");
    assertStringIncludes(page, "<li>warm-up 2 s (not measured), then auction");
  });

  it("puts our figures beside somebody else's of the same load", () => {
    assertEquals(rowsUnder(page, "published"), [
      "Figure | Published | This run",
      "delivery p95 | 65ms | 76 ms of 4,999",
      "connections | 10,000 | 499",
      "events a second | 2 | 2",
      "cpu, average | 18% of the instance | 0.50 of 2 cores",
      "memory, Reverb | about 48 MB | 51 MB",
      "memory, Redis | about 78 MB | 2 MB",
      "memory, nginx | about 32 MB | –",
    ]);
  });

  it("tells of the generator, of troubles, of others’ figures, and whose figures these are", () => {
    for (const words of ["send lag", "Somebody’s table", "kernel 6.1.0", "5ce9a410", "0.71 s"]) {
      assertStringIncludes(page, words);
    }
  });

  it("says with emphasis that the generator was measured", () => {
    const report = sampleLoad();
    report.load.generatorBound = ["its CPU was at 1.9 of 2 cores"];
    const bound = loadPage([report]);
    assertMatch(bound, /<p class="verdict fail">Generator-bound; 1 of 3 /);
    assertMatch(bound, /role="alert">[\s\S]*do not trust[\s\S]*1\.9 of 2 cores/);
    assertMatch(bound, /id="figures">.*\s.*<strong class="word fail">generator-bound/);
    assertEquals(/generator-bound/i.test(page), false);
  });

  it("shows deliveries that were expected where none arrived", () => {
    const report = sampleLoad();
    const phase = report.load.measurements.phases.at(-1);
    assert(phase);
    phase.latencies = {};
    phase.counts = { ...phase.counts, delivered: 0 };
    const rows = rowsUnder(loadPage([report]), "figures");
    assert(
      rows.some((row) => /^delivery .* \| 0 \| 0 of 5,000 0% \| –/.test(row)),
      rows.join("\n"),
    );
  });
});

describe("the page of an interrupted run", () => {
  const interrupted = loadPage([interruptedLoad()]);

  it("says so, knows what it does not know, and has charts of what there was", () => {
    assertStringIncludes(
      interrupted,
      "Ended early; 0 of 3 objectives met, 3 unknown until then",
    );
    assertStringIncludes(interrupted, "<strong>This run is incomplete.</strong>");
    assertStringIncludes(interrupted, "the target was not sampled");
    assertStringIncludes(interrupted, "<h3>Open connections</h3>");
    assertEquals(interrupted.includes("<h3>Delivery latency</h3>"), false);
    assertEquals(/NaN|Infinity|undefined/.test(interrupted), false);
  });

  it("is a page even where nothing at all was seen", () => {
    const report = interruptedLoad();
    report.load.measurements.phases = [];
    report.load.measurements.intervals = [];
    report.load.measurements.generator.sendLag = histogramOf(0, 0);
    const empty = loadPage([report]);
    assertEquals(/NaN|Infinity|undefined/.test(empty), false);
  });
});

describe("two runs on one page", () => {
  const other = sampleLoad();
  other.evidence.engine = "embedded";
  other.load.objectives = other.load.objectives.slice(0, 1);
  const both = loadPage([sampleLoad(), other]);

  it("are told apart by what differs, each with its verdict", () => {
    assertEquals(both.match(/<p class="verdict/g)?.length, 2);
    assertEquals(rowsUnder(both, "objectives"), [
      "Objective | k6 1.8.1 | embedded",
      "delivery p95 &lt;= 65ms | 76ms missed | 76ms missed",
      "delivered &gt;= 99% | 99.98% met | –",
      "recover p99 &lt;= 1s | – unknown | –",
    ]);
  });

  it("have a row each under every latency, and lines of their own in every chart", () => {
    const rows = rowsUnder(both, "figures");
    const figures = "4,999 | 4,999 of 5,000 99.98% | 40.0 | 72.1 | 76.0 | 79.2 | 80.0 | 80.1";
    const at = rows.indexOf(`k6 1.8.1 | ${figures}`);
    assert(at > 0, rows.join("\n"));
    assertEquals(rows[at - 1], "delivery publish until a subscriber has it");
    assertEquals(rows[at + 1], `embedded | ${figures}`);
    assertStringIncludes(both, '<th scope="col">embedded: p99</th>');
    assertMatch(both, /<path [^>]*stroke="var\(--c2\)"|stroke="var\(--c2\)"[^>]*>/);
  });

  it("begin together where their phases do", () => {
    const late = sampleLoad();
    const [ramp] = late.load.measurements.phases;
    assert(ramp);
    ramp.seconds = 60;
    const page = loadPage([sampleLoad(), late]);
    assertStringIncludes(page, "since the phases began");
    assertStringIncludes(page, '<th scope="row">-1:00</th>');
  });
});

describe("hostile text on the page of a load run", () => {
  it("makes no element, attribute or script", () => {
    assertEquals(/<img|<!--/i.test(page), false);
    assertEquals(page.match(/<script/g)?.length, 1);
    assertEquals(page.match(/<\/script>/g)?.length, 1);
    assertEquals(page.includes(HOSTILE), false);
    assertStringIncludes(page, "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;");
  });

  it("could load nothing, for the page refuses all but its own style and script", () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? "";
    assertStringIncludes(policy, "default-src &#39;none&#39;");
    for (const tag of ["style", "script"]) {
      const [, source = ""] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page) ?? [];
      const digest = createHash("sha256").update(source).digest("base64");
      assertStringIncludes(policy, `${tag}-src &#39;sha256-${digest}&#39;`);
    }
    assertEquals(/ (src|style|on\w+)="/.test(page), false);
  });
});
