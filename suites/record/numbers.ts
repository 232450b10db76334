/** Figures in words, for summaries and findings. */

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `10,000`. */
export const counted = (count: number): string => whole.format(count);

/** `1 delivery`, `2 deliveries`. */
export const counting = (count: number, one: string, many = `${one}s`): string =>
  `${counted(count)} ${count === 1 ? one : many}`;

/** Three significant digits and no zeros behind them: `99.9`. */
export const digits = (value: number): string =>
  value >= 100 ? whole.format(value) : String(Number(value.toPrecision(3)));

/** From milliseconds: `65ms`, `1.2s`, `870us`. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${digits(ms / 1000)}s`;
  return ms >= 1 ? `${digits(ms)}ms` : `${digits(ms * 1000)}us`;
}

/** A share in percent, never rounded up to all: `99.995%`. */
export function percent(part: number, of: number): string {
  const share = part / of * 100;
  if (part >= of) return `${digits(share)}%`;
  // As many digits as it takes to be seen as less than all.
  const places = Math.max(1, Math.ceil(-Math.log10((of - part) / of)) - 1);
  const scale = 10 ** places;
  return `${Math.floor(share * scale) / scale}%`;
}

/** From bytes: `14.8KB`. */
export function size(bytes: number): string {
  const [unit, factor] = bytes >= 1e9
    ? ["GB", 1e9] as const
    : bytes >= 1e6
    ? ["MB", 1e6] as const
    : ["KB", 1e3] as const;
  return `${digits(bytes / factor)}${unit}`;
}

/** From cores: `1.32`. */
export const cores = (used: number): string => digits(used);
