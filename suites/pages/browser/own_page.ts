/** The application's own page in a real browser, and what it shows. */
import type { BrowserCookie } from "../../language/application.ts";
import { startChromium } from "./chromium.ts";
import { openTunnel } from "./tunnel.ts";

/** The text of each element that shows something, by the name of what it shows; null: not there. */
export type Shown = Readonly<Record<string, string | null>>;

export interface OwnPage {
  /** Waits until the page shows all of this, for as long as given; resolves with what it shows. */
  shows(wanted: Readonly<Record<string, string>>, deadlineMs: number): Promise<Shown>;
  cut(how: "reset" | "close"): void;
  /** Mends the line; resolves when the page has connected again. */
  back(): Promise<void>;
  close(): Promise<void>;
}

/** `selectors`: which element shows what. Rejects where the page cannot be opened. */
export async function openOwnPage(
  url: string,
  cookies: readonly BrowserCookie[],
  selectors: Readonly<Record<string, string>>,
): Promise<OwnPage> {
  const tunnel = await openTunnel();
  const browser = await startChromium(tunnel.port);
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  await context.addCookies(cookies.map((cookie) => ({ ...cookie })));
  const page = await context.newPage();
  const close = async () => {
    tunnel.close();
    await browser.close();
  };
  try {
    const answer = await page.goto(url);
    if (answer?.ok() !== true) throw new Error(`it answered ${answer?.status()}`);
  } catch (cause) {
    await close();
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new Error(`the page ${url} could not be opened: ${reason}`, { cause });
  }
  return {
    shows: (wanted, deadlineMs) =>
      page.evaluate<Shown>(`(${WATCH})(${JSON.stringify({ selectors, wanted, deadlineMs })})`),
    cut: tunnel.cut,
    back: tunnel.mend,
    close,
  };
}

/** Runs in the page: resolves once every element shows what is wanted, or when time is up. */
const WATCH = `({ selectors, wanted, deadlineMs }) => new Promise((resolve) => {
  const read = () => Object.fromEntries(Object.entries(selectors).map(([name, selector]) =>
    [name, document.querySelector(selector)?.textContent.trim() ?? null]));
  const isRight = () => {
    const shown = read();
    return Object.entries(wanted).every(([name, text]) => shown[name] === text);
  };
  const done = () => {
    observer.disconnect();
    clearTimeout(timer);
    resolve(read());
  };
  const observer = new MutationObserver(() => { if (isRight()) done(); });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
  const timer = setTimeout(done, deadlineMs);
  if (isRight()) done();
})`;
