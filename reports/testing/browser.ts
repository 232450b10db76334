/** A report in Chromium, as its reader has it. */
import { join } from "@std/path";
import type { Page } from "playwright-core";
import { launchChromium } from "../../suites/pages/browser/chromium.ts";

export interface Screen {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/** Chromium with one report; `open` gives its page on a screen, closed with the browser. */
export interface Reading extends AsyncDisposable {
  open(screen: Screen): Promise<Page>;
}

/** Starts Chromium on this HTML, which lies on the disk as a reader's would. */
export async function read(html: string): Promise<Reading> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
  const file = join(folder, "report.html");
  await Deno.writeTextFile(file, html);
  const browser = await launchChromium();
  return {
    open: async ({ width, scheme }) => {
      const page = await browser.newPage({
        viewport: { width, height: 900 },
        colorScheme: scheme,
      });
      page.on("pageerror", (error) => {
        throw error;
      });
      await page.goto(`file://${file}`);
      await page.locator("details.case").first().waitFor();
      return page;
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
