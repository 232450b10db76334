/** People who open the application's pages in Chromium, over a line that a test can cut. */
import type { Browser, Page } from "playwright-core";
import type { Break } from "../../../../../suites/faults/break.ts";
import { startProxy } from "../../../../../suites/faults/proxy.ts";
import { handshake } from "../../../../../suites/faults/rules.ts";
import { launchChromium } from "../../../../../suites/pages/browser/chromium.ts";
import { credentials } from "../../../server/testing/server.ts";
import type { Replace } from "../../application.ts";
import { openStage, type TestStage } from "../../testing/stage.ts";

/** A server that takes nobody in, whose lines are cut. */
const AWAY: Break = {
  name: "away",
  title: "A server that takes nobody in",
  violates: [],
  rules: [handshake({}, () => "reset")],
};

export interface Visit extends AsyncDisposable {
  readonly stage: TestStage;
  readonly browser: Browser;
  /** Somebody of that role with a browser of his own, at this path; undefined: nobody. */
  open(role: string | undefined, path: string, screen?: Screen): Promise<Page>;
  /** Resets every line of the pages, which may come back at once. */
  cut(): void;
  /** Resets every line, and takes nobody in until `back`. */
  away(): void;
  back(): void;
}

export interface Screen {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
}

export async function openVisit(replace?: Replace): Promise<Visit> {
  const upstream = Promise.withResolvers<{ host: string; port: number }>();
  const proxy = await startProxy({
    upstream: upstream.promise.then((at) => ({ websocket: at, api: at })),
    apps: [credentials],
    breaks: [],
  });
  const stage = await openStage(
    {
      APPLICATION_METRICS_SECONDS: "0.3",
      APPLICATION_WEBSOCKET: `ws://${proxy.host}:${proxy.port}`,
    },
    replace,
    { allowedOrigins: ["127.0.0.1"] },
  );
  upstream.resolve(stage.server.running);
  const browser = await launchChromium();
  return {
    stage,
    browser,
    async open(role, path, { width = 1280, scheme = "light" } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        colorScheme: scheme,
      });
      const page = await context.newPage();
      page.on("pageerror", (error) => {
        throw error;
      });
      if (role !== undefined) {
        await page.goto(`${stage.origin}/pages`);
        await page.selectOption("#role", role);
        await page.getByRole("button", { name: "Come in" }).click();
        await page.locator("#bell").waitFor();
      }
      await page.goto(`${stage.origin}${path}`);
      await page.locator('.badge[data-state="connected"]').waitFor();
      return page;
    },
    cut: () => proxy.use([]),
    away: () => proxy.use([AWAY]),
    back: () => proxy.use([]),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await stage.stop();
      await proxy.close();
    },
  };
}

/** Waits until an element says this. */
export const says = (page: Page, selector: string, text: string | RegExp) =>
  page.locator(selector).filter({ hasText: text }).first().waitFor();
