/** The axes that several charts have. */
import type { Axis } from "./chart.ts";
import { bytes, milliseconds, threeDigits, whole } from "../../load/html/number.ts";

const plain = (value: number) => value.toLocaleString("en");

export const millisecondAxis: Axis = {
  label: "ms",
  format: (ms) => `${milliseconds(ms * 1000)} ms`,
  tick: plain,
};

export const coreAxis: Axis = {
  label: "cores",
  format: (value) => `${threeDigits(value)} cores`,
  tick: plain,
};
export const megabyteAxis: Axis = {
  label: "MB",
  format: (value) => bytes(value * 1e6),
  tick: plain,
};
export const megabytesPerSecondAxis: Axis = {
  ...megabyteAxis,
  label: "MB/s",
  format: (value) => `${bytes(value * 1e6)}/s`,
};

export function countAxis(label: string): Axis {
  return { label, format: whole, tick: short };
}

/** `250`, `1.5k`, `20k`, `1M`: what fits beside an axis. */
function short(value: number): string {
  return value.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
}
