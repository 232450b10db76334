/** `@std/path` by way of npm, with the declarations this project uses. */
import * as std from "npm:deno-std@1.4.0/path/mod.js";

interface Path {
  basename(path: string, suffix?: string): string;
  dirname(path: string): string;
  extname(path: string): string;
  fromFileUrl(url: string | URL): string;
  globToRegExp(glob: string): RegExp;
  isAbsolute(path: string): boolean;
  join(...parts: string[]): string;
  relative(from: string, to: string): string;
  resolve(...parts: string[]): string;
}

// The npm package carries no declarations, so the shape above is asserted once, here.
const typed = std as unknown as Path;

export const basename: Path["basename"] = typed.basename;
export const dirname: Path["dirname"] = typed.dirname;
export const extname: Path["extname"] = typed.extname;
export const fromFileUrl: Path["fromFileUrl"] = typed.fromFileUrl;
export const globToRegExp: Path["globToRegExp"] = typed.globToRegExp;
export const isAbsolute: Path["isAbsolute"] = typed.isAbsolute;
export const join: Path["join"] = typed.join;
export const relative: Path["relative"] = typed.relative;
export const resolve: Path["resolve"] = typed.resolve;
