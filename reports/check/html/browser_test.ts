/** The report in a real browser: read by keyboard, on a phone, in the dark, on paper. */
import { whyNoChromium } from "../../../suites/pages/browser/chromium.ts";
import { assert, assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import axe, { type AxeResults } from "axe-core";
import { read, type Reading } from "../../testing/browser.ts";
import { sampleRun } from "../../testing/sample.ts";
import { htmlReport } from "./page.ts";

const skip = whyNoChromium();
if (skip !== undefined) console.warn(`Skipped: ${skip}`);

const CASE = "clients/whispers/on-a-public-channel";

describe("the report in Chromium", { skip }, () => {
  let reading: Reading;
  beforeAll(async () => {
    reading = await read(htmlReport(await sampleRun()));
  });
  afterAll(() => reading[Symbol.asyncDispose]());

  for (const width of [375, 1280, 1920]) {
    for (const scheme of ["light", "dark"] as const) {
      it(`fits ${width} px, and axe finds nothing wrong, ${scheme}`, async () => {
        const page = await reading.open({ width, scheme });
        // With a scenario open, whose tables and pictures are the widest.
        await page.evaluate(`location.hash = ${JSON.stringify(CASE)}`);
        await page.waitForSelector(`[id="${CASE}"] .wire`);
        const summary = await page.locator(`[id="${CASE}"] > summary`).boundingBox();
        const toolbar = await page.locator("#filters").boundingBox();
        assert(summary && toolbar && summary.y >= toolbar.y + toolbar.height - 1, "it is hidden");
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert(wide <= width, `the page is ${wide} px wide`);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<AxeResults>("axe.run()");
        assertEquals(
          violations.map(({ id, nodes }) =>
            `${id}: ${nodes[0]?.html} and ${nodes.length - 1} more`
          ),
          [],
        );
        await page.close();
      });
    }
  }

  it("is searched and opened by keyboard alone", async () => {
    const page = await reading.open({ width: 1280, scheme: "light" });
    await page.keyboard.press("/");
    await page.keyboard.type("public channel P-163");
    assertEquals(await page.locator("details.case:visible").count(), 1);
    for (let tabs = 0; tabs < 30; tabs++) {
      if (await page.locator(`[id="${CASE}"] > summary:focus`).count() === 1) break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.waitForSelector(`[id="${CASE}"] .wire`);
    assert(await page.getByText("Client events are only for").first().isVisible());
    await page.close();
  });

  it("has its search and the matrix on the first screen", async () => {
    const page = await reading.open({ width: 1280, scheme: "light" });
    const isSeen = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return box !== null && box.y >= 0 && box.y + box.height <= 900;
    };
    assert(await isSeen("#find input"), "the search");
    assert(await isSeen(".matrix .cell"), "the matrix");
    await page.locator("#find input").fill("public channel P-163");
    await page.keyboard.press("Enter");
    assertEquals(await page.locator("details.case:visible").count(), 1);
    assert(await page.locator("#search:focus").isVisible());
    await page.close();
  });

  it("leads from a cause to the frame that shows it", async () => {
    const page = await reading.open({ width: 1280, scheme: "light" });
    await page.locator(".findings a.to-case").first().click();
    const link = page.locator(`[id="${CASE}"] .check a[data-row]`).first();
    await link.waitFor();
    const row = await link.getAttribute("data-row");
    await link.click();
    const frame = page.locator(`[id="${row}"].quoted.flash`);
    await frame.waitFor();
    assert(await frame.isVisible());
    await page.close();
  });

  it("is at most ten pages on paper", async () => {
    const page = await reading.open({ width: 1280, scheme: "light" });
    const pdf = new TextDecoder("latin1").decode(await page.pdf({ format: "A4" }));
    const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    assert(pages >= 1 && pages <= 10, `${pages} pages`);
    await page.close();
  });
});
