import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runInNewContext } from "node:vm";
import { describe, it } from "@std/testing/bdd";
import { XMLValidator } from "fast-xml-parser";
import { DOMParser, Event } from "linkedom";
import { loadCatalogue } from "../../suites/catalogue/catalogue.ts";
import { root } from "../../suites/cli/testing.ts";
import { type Report, reportOf } from "../check/json.ts";
import { HOSTILE, sampleRun } from "../testing/sample.ts";
import { badgesOf } from "./badges.ts";
import { matrixOf } from "./matrix.ts";
import client from "./matrix.js" with { type: "text" };
import { matrixPage } from "./page.ts";

const { requirements } = await loadCatalogue(root);
/** P-163 fails in it, P-072 warns, P-219 is known, P-280 is skipped, and P-099 passes. */
const sample = reportOf(await sampleRun());

/** The same server, on which P-163 came to this. */
function other(verdict: Report["cases"][number]["verdict"]): Report {
  const cases = sample.cases.map((one) => ({
    ...one,
    checks: one.checks.map((check) =>
      check.requirement === "P-163" ? { ...check, verdict } : check
    ),
  }));
  return { ...sample, target: { ...sample.target, name: "Other", title: "Other 2.0" }, cases };
}

const matrix = matrixOf(
  [{ report: sample, page: "sample/report.html" }, { report: other("pass") }],
  requirements,
);
const rowOf = (id: string) => matrix.rows.find(({ requirement }) => requirement.id === id);
const standings = (id: string) => rowOf(id)?.cells.map(({ standing }) => standing);

describe("the matrix", () => {
  it("says of each requirement how it stands on each server", () => {
    assertEquals(standings("P-163"), ["failed", "passed"]);
    assertEquals(standings("P-219"), ["known", "known"]);
    assertEquals(standings("P-280"), ["skipped", "skipped"]);
    assertEquals(rowOf("P-001"), undefined, "no server was asked");
  });

  it("takes what a baseline expects for what it is: a failure", () => {
    const expected = matrixOf([{ report: other("expected") }], requirements);
    const row = expected.rows.find(({ requirement }) => requirement.id === "P-163");
    assertEquals(row?.cells[0]?.standing, "failed");
  });

  it("keeps what shows a cell: the failure, or the scenario that passed", () => {
    const [failed, passed] = rowOf("P-163")?.cells ?? [];
    assertStringIncludes(failed?.evidence[0]?.message ?? "", "Expected nothing");
    assertEquals(passed?.evidence, [
      { scenario: "clients/whispers/on-a-public-channel", verdict: "pass" },
    ]);
  });

  it("tells servers of one name apart", () => {
    const twice = matrixOf([{ report: sample }, { report: sample }], requirements);
    assertEquals(twice.servers.map(({ name }) => name), ["sample", "sample-2"]);
  });
});

const pageOf = (text: string) => new DOMParser().parseFromString(text, "text/html");

describe("the page of the matrix", () => {
  const text = matrixPage(matrix);
  const document = pageOf(text);

  it("links each cell that did not pass to its evidence, and others to the server's report", () => {
    const links = [...document.querySelectorAll("a.stands")].map((it) =>
      it.getAttribute("href") ?? ""
    );
    assert(links.length > 0);
    for (const link of links) {
      if (link.startsWith("#")) {
        assert(document.getElementById(link.slice(1)), `${link} leads nowhere`);
      } else assertMatch(link, /^sample\/report\.html#[a-z/-]+$/);
    }
    assert(links.includes("#sample-P-163"));
    assertStringIncludes(
      document.getElementById("sample-P-163")?.textContent ?? "",
      "Expected nothing",
    );
  });

  it("searches every word of a row, and filters by what differs", () => {
    const document = pageOf(text);
    const rows = [...document.querySelectorAll("tr[data-words]")];
    runInNewContext(client, {
      document,
      addEventListener: () => {},
      location: { hash: "" },
      HTMLDetailsElement: class {},
    });
    const shown = () =>
      rows.filter((row) => !row.hasAttribute("hidden")).map((row) =>
        row.querySelector("b")?.textContent
      );
    const search = document.getElementById("search");
    const filter = document.getElementById("filter");
    assert(search && filter);
    const type = (words: string) => {
      search.setAttribute("value", words);
      search.dispatchEvent(new Event("input"));
    };
    const choose = (value: string) => {
      for (const option of filter.querySelectorAll("option")) {
        option.toggleAttribute("selected", option.getAttribute("value") === value);
      }
      filter.dispatchEvent(new Event("change"));
    };
    assertEquals(shown().length, rows.length);
    type("p-163");
    assertEquals(shown(), ["P-163"]);
    type("failed p-163 nowhere");
    assertEquals(shown(), []);
    type("");
    choose("differs");
    assertEquals(shown(), ["P-163"]);
  });

  it("lets no text of a server become markup", () => {
    assertEquals(text.includes("<img src=x"), false);
    assertStringIncludes(text, "&lt;img src=x");
  });
});

describe("a badge", () => {
  it("is SVG with the score, red where something failed", () => {
    const [first] = badgesOf({
      ...matrixOf([{ report: other("pass") }], requirements).servers[0]!,
    });
    assertEquals(first?.file, "other-conformance.svg");
    assertEquals(XMLValidator.validate(first?.svg ?? ""), true);
    const { passed, of } = sample.summary.conformance;
    assertStringIncludes(first?.svg ?? "", `Other 2.0 conformance: ${passed} of ${of}`);
    assertStringIncludes(first?.svg ?? "", "#dd4343");
  });

  it("shows what a server's name is made of, whatever that is", () => {
    const [server] = matrix.servers;
    assert(server && server.title.includes(HOSTILE));
    for (const { svg } of badgesOf(server)) assertEquals(XMLValidator.validate(svg), true);
  });
});
