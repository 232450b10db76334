/** `@std/fmt/colors` by way of npm, with the declarations this project uses. */
import * as std from "npm:deno-std@1.4.0/fmt/colors.js";

interface Colors {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  cyan(text: string): string;
  gray(text: string): string;
  setColorEnabled(enabled: boolean): void;
  stripAnsiCode(text: string): string;
}

// The npm package carries no declarations, so the shape above is asserted once, here.
const typed = std as unknown as Colors;

export const bold: Colors["bold"] = typed.bold;
export const dim: Colors["dim"] = typed.dim;
export const red: Colors["red"] = typed.red;
export const green: Colors["green"] = typed.green;
export const yellow: Colors["yellow"] = typed.yellow;
export const blue: Colors["blue"] = typed.blue;
export const cyan: Colors["cyan"] = typed.cyan;
export const gray: Colors["gray"] = typed.gray;
export const setColorEnabled: Colors["setColorEnabled"] = typed.setColorEnabled;
export const stripAnsiCode: Colors["stripAnsiCode"] = typed.stripAnsiCode;
