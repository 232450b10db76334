/** Numbers as people read them: the one place that writes them, for pages, summaries and messages. */

/** `12,345`; what is behind the point is rounded. */
export function whole(count: number): string {
  return Math.round(count).toLocaleString("en");
}

/** `1 delivery`, `20,000 deliveries`. */
export function counting(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** Three digits that mean something, and no zeros behind them: `0.5`, `99.9`, `2`, `12,345`. */
export function significant(value: number): string {
  return Math.abs(value) >= 100
    ? whole(value)
    : value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** The same with as many digits for all of a size, so that a column of them can be compared: `0.42`, `8.13`, `33.9`, `2,406`. */
export function threeDigits(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** `250`, `1.5K`, `20K`, `1M`: what fits beside an axis. */
export function compact(value: number): string {
  return value.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
}

/** From milliseconds: `870 µs`, `65 ms`, `1.23 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  if (ms < 1) return `${significant(ms * 1000)} µs`;
  if (ms < 1000) return `${significant(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60
    ? `${significant(ms / 1000)} s`
    : `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
}

/** From microseconds, for a column of milliseconds: `0.42`, `8.13`, `33.9`, `2,406`. */
export function milliseconds(microseconds: number): string {
  return threeDigits(microseconds / 1000);
}

/** A moment of a run: `12.3 s`. */
export function moment(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** A share in percent, never rounded up to all: `99.995%`; a dash where there is nothing to share. */
export function percent(part: number, of: number): string {
  if (of === 0) return "–";
  const share = part / of * 100;
  if (part >= of) return `${significant(share)}%`;
  // As many digits as it takes to be seen as less than all.
  const places = Math.max(1, Math.ceil(-Math.log10((of - part) / of)) - 1);
  const scale = 10 ** places;
  return `${Math.floor(share * scale) / scale}%`;
}

/** With decimal prefixes and three digits: `812 B`, `9.05 kB`, `62.1 MB`, `1.2 GB`. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(1, Math.abs(count))) / 3), 4);
  return power <= 0 ? `${whole(count)} B` : `${significant(count / 1000 ** power)} ${units[power]}`;
}

/** A moment by the clock, from RFC 3339: `2026-03-01 12:00:00 UTC`. */
export function clock(moment: string): string {
  return moment.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC");
}
