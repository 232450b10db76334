/** The axes that several charts have. */
import {
  bytes,
  compact,
  milliseconds,
  significant,
  threeDigits,
  whole,
} from "../../../suites/record/numbers.ts";
import type { Axis } from "./chart.ts";

export const millisecondAxis: Axis = {
  label: "ms",
  format: (ms) => `${milliseconds(ms * 1000)} ms`,
  tick: significant,
};

export const coreAxis: Axis = {
  label: "cores",
  format: (value) => `${threeDigits(value)} cores`,
  tick: significant,
};
export const megabyteAxis: Axis = {
  label: "MB",
  format: (value) => bytes(value * 1e6),
  tick: significant,
};
export const megabytesPerSecondAxis: Axis = {
  ...megabyteAxis,
  label: "MB/s",
  format: (value) => `${bytes(value * 1e6)}/s`,
};

export function countAxis(label: string): Axis {
  return { label, format: whole, tick: compact };
}
