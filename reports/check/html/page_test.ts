import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { describe, it } from "@std/testing/bdd";
import { htmlReport } from "./page.ts";
import { judgedRequirements } from "../scores.ts";
import { HOSTILE, killedRun, sampleRun } from "../../testing/sample.ts";

const sample = await sampleRun();
const page = htmlReport(sample);
/** Of the protocol; the sample tests no application. */
const rows = judgedRequirements(sample).filter(({ requirement }) => requirement.id.startsWith("P-"))
  .length;

/** The parts that the page holds deflated under an id. */
function unpacked(text: string, id: string): string[] {
  const [, deflated = ""] =
    new RegExp(`<script type="text/deflated" id="${id}">([^<]*)</script>`).exec(text) ?? [];
  return inflateRawSync(Buffer.from(deflated, "base64")).toString().split("\0");
}

/** The lines of all scenarios, as the page's script draws them. */
const linesOf = (text: string) => unpacked(text, "rows").join("");

/** The body of a scenario, which the page holds together with others. */
function bodyOf(text: string, id: string): string {
  const [, bodies = "", at = ""] =
    new RegExp(`id="${id}"[^>]* data-bodies="([^"]*)" data-at="([^"]*)"`).exec(linesOf(text)) ?? [];
  return unpacked(text, bodies)[Number(at)] ?? "";
}

const relayed = bodyOf(page, "clients/whispers/on-a-public-channel");

describe("the HTML report", () => {
  it("opens with the target, its verdict and its scores", () => {
    assertStringIncludes(page, '<p class="verdict fail">1 requirement failed</p>');
    assertStringIncludes(page, "<b>1</b> of 180 passed");
  });

  it("names what the target does not offer, and shows what it said", () => {
    assertStringIncludes(
      page,
      "18 of 19 features offered by app main; not offered: POST /batch_events",
    );
    assertStringIncludes(page, "POST /batch_events: HTTP 404");
  });

  it("shows every requirement as a cell that can be chosen, and its text beneath", () => {
    assertEquals(page.match(/class="cell s-/g)?.length, rows);
    assertStringIncludes(page, 'class="cell s-failed" data-id="P-163"');
    const details = unpacked(page, "details");
    const cells = [...page.matchAll(/class="cell [^"]*" data-id="([^"]*)"/g)].map(([, id]) => id);
    assertEquals(details.length, cells.length);
    assertStringIncludes(details[cells.indexOf("P-047")] ?? "", "about 24 hours");
  });

  it("tells each scenario with checks, scenario, exchange and wire log", () => {
    assertStringIncludes(relayed, '<span class="id">P-163</span> Client events are only for');
    assertStringIncludes(relayed, "cause: implementation");
    assertStringIncludes(relayed, "ana: { never: client-hi }");
    assertStringIncludes(relayed, "the proxy falls silent");
    assertStringIncludes(relayed, "POST /events");
  });

  it("marks what a check quotes, in the log and in the picture", () => {
    assertMatch(relayed, /<tr id="event-13" class="in quoted">/);
    assertStringIncludes(relayed, '<g class="arrow frame quoted"');
  });

  it("folds long payloads and says how long they are", () => {
    assertMatch(relayed, /first 2 kB of 5\.\d\d kB/);
    assertEquals(relayed.includes("x".repeat(2001)), false);
  });

  it("says that a killed run is incomplete, and which scenarios were not judged", async () => {
    const killed = htmlReport(await killedRun());
    assertStringIncludes(killed, "<strong>This run is incomplete:</strong>");
    assertStringIncludes(linesOf(killed), 'id="races/burst" data-verdict="unjudged"');
  });
});

describe("hostile text in the HTML report", () => {
  it("makes no element, attribute or script", () => {
    assertEquals(/<img|<!--/i.test(page), false);
    assertEquals(/<img|<!--|<script/i.test(relayed), false);
    assertEquals(page.match(/<script>/g)?.length, 1);
    const opened = page.match(/<script/g)?.length;
    assertEquals(opened, page.match(/<\/script>/g)?.length);
    // The page's own, the requirements' details, the lines of the scenarios, and their bodies.
    assertEquals(opened, 4);
  });

  it("is shown as it came, with what cannot be seen as escapes", () => {
    assertStringIncludes(relayed, "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;");
    assertStringIncludes(relayed, "\\u{0}\\u{7}\\u{d800}\\u{202e}");
    assertEquals(page.includes(HOSTILE), false);
    assertEquals(page.isWellFormed(), true);
  });

  it("could load nothing, for the page refuses all but its own style and script", () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? "";
    assertStringIncludes(policy, "default-src &#39;none&#39;");
    for (const tag of ["style", "script"]) {
      const source = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? "";
      const digest = createHash("sha256").update(source).digest("base64");
      assertStringIncludes(policy, `${tag}-src &#39;sha256-${digest}&#39;`);
    }
    assertEquals(/ (src|style|on\w+)="/.test(page), false);
  });
});
