/** Chromium of this machine, driven by playwright-core, which downloads none. */
import type { Browser } from "playwright-core";

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Beneath it the driver of Chromium reads, and Deno lets only those who may do everything. */
const KERNEL = "/proc/sys";

const path = PATHS.find((one) => isThere(one));

/** What to do to have Chromium; undefined where it is there, and may be driven. */
export function whyNoChromium(): string | undefined {
  if (path === undefined) return "install Chromium, in which the application's pages are opened";
  return Deno.build.os === "linux" && !isThere(KERNEL)
    ? "Chromium is driven by whoever may do everything; run it as `deno run -A main.ts check …`"
    : undefined;
}

function isThere(file: string): boolean {
  try {
    return Deno.statSync(file) !== undefined;
  } catch {
    return false;
  }
}

/** Starts Chromium, with these arguments more. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return await chromium.launch({
    ...(path === undefined ? {} : { executablePath: path }),
    args: ["--no-sandbox", ...more], // as root it starts no other way
  });
}

/** Starts Chromium; what it asks over TLS and all its WebSockets go through the proxy at `port`. */
export const startChromium = (port: number): Promise<Browser> =>
  launchChromium([
    `--proxy-server=https=127.0.0.1:${port}`,
    // Or what is on this machine would go past the proxy.
    "--proxy-bypass-list=<-loopback>",
  ]);
