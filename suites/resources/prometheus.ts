/** Figures that a target tells of itself, at an endpoint that Prometheus would scrape. */
import type { Prometheus } from "../../targets/target.ts";
import { parseExposition, parseSelector, select } from "../wire/exposition.ts";
import type { Source } from "./source.ts";

const PATIENCE_MS = 900;
/** Bytes of a page; what a target sends is bounded. */
const LARGEST = 16 * 1024 * 1024;

export function prometheusSource({ url, queries }: Prometheus): Source {
  const selectors = Object.entries(queries).map(([name, text]) => ({
    name,
    text,
    selector: parseSelector(text),
  }));
  const unseen = new Set(selectors.map(({ text }) => text));
  return {
    describe: () => {
      const { host, pathname } = new URL(url); // without what may be a password
      const nothing = unseen.size > 0 ? `, which has no ${[...unseen].join(", no ")}` : "";
      return `Prometheus's metrics at ${host}${pathname}${nothing}`;
    },
    async read() {
      const samples = parseExposition(await page(url));
      const found = selectors.flatMap(({ name, text, selector }): [string, number][] => {
        const value = select(samples, selector);
        if (value === undefined) return [];
        unseen.delete(text);
        // NaN and infinity are how a client says that it has no figure, and JSON has neither.
        return Number.isFinite(value) ? [[name, value]] : [];
      });
      return { queries: Object.fromEntries(found) };
    },
  };
}

/** The endpoint's answer. Throws when it is none, or has no end. */
async function page(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: "text/plain;version=0.0.4" },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  let text = "";
  for await (
    const part of (response.body ?? new Blob().stream()).pipeThrough(new TextDecoderStream())
  ) {
    text += part;
    if (text.length > LARGEST) throw new Error(`more than ${LARGEST} characters`);
  }
  if (!response.ok) throw new Error(`status ${response.status}`);
  return text;
}
