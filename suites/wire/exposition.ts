/**
 * Prometheus's text format, and selectors of series in it. (The readers on npm have seen no release
 * for years, and pass over lines that they cannot read.)
 *
 *     sample = series value [timestamp]
 *     series = name ["{" [label "=" '"' value '"' {"," …}] "}"]
 *
 * A selector is a series: it selects those of its name that have all its labels.
 */

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Sample extends Series {
  readonly value: number;
}

const SERIES = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\s*\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;
// After it a timestamp, and what OpenMetrics adds: an exemplar behind a #.
const VALUE = /^\s+(\S+)(?:\s+-?[\d.]+)?(?:\s+#.*)?\s*$/;
const ESCAPED: Readonly<Record<string, string>> = { n: "\n" };

/** Reads `http_requests_total{code="200"}`. Throws what is wrong with it. */
export function parseSelector(text: string): Series {
  const { series, rest } = readSeries(text.trim());
  if (rest.trim() !== "") {
    throw new Error(`expected a metric with labels, such as connections{kind="ws"}: ${text}`);
  }
  return series;
}

/** Reads all samples of a page. Throws with the line that is none. */
export function parseExposition(text: string): Sample[] {
  return text.split("\n").flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    try {
      const { series, rest } = readSeries(trimmed);
      const [, value = ""] = VALUE.exec(rest) ?? [];
      return [{ ...series, value: readValue(value) }];
    } catch {
      throw new Error(`line ${index + 1} is not in Prometheus's text format: ${line.slice(0, 80)}`);
    }
  });
}

/** The sum over the series that a selector selects; `undefined` when there is none. */
export function select(samples: readonly Sample[], selector: Series): number | undefined {
  const labels = Object.entries(selector.labels);
  const selected = samples.filter((sample) =>
    sample.name === selector.name &&
    labels.every(([label, value]) => sample.labels[label] === value)
  );
  return selected.length === 0 ? undefined : selected.reduce((sum, { value }) => sum + value, 0);
}

function readSeries(text: string): { readonly series: Series; readonly rest: string } {
  const [all = "", name, inner = ""] = SERIES.exec(text) ?? [];
  if (name === undefined) throw new Error(`expected the name of a metric: ${text.slice(0, 80)}`);
  const labels: Record<string, string> = {};
  for (LABEL.lastIndex = 0; LABEL.lastIndex < inner.trimEnd().length;) {
    const [, label, value] = LABEL.exec(inner) ?? [];
    if (label === undefined || value === undefined) {
      throw new Error(`expected labels such as kind="ws": ${inner.slice(0, 80)}`);
    }
    labels[label] = value.replace(/\\(.)/g, (_all, one: string) => ESCAPED[one] ?? one);
  }
  return { series: { name, labels }, rest: text.slice(all.length) };
}

function readValue(text: string): number {
  if (/^[+-]?Inf$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^NaN$/i.test(text)) return NaN;
  const value = Number(text);
  if (text === "" || Number.isNaN(value)) throw new Error(`expected a number: ${text}`);
  return value;
}
