/**
 * A text as it would read with its encodings undone, layer by layer: nested JSON strings and their
 * escapes, percent and HTML encoding, base64 and base64url at any alignment, and hexadecimal.
 *
 * Text may come from somebody hostile, so the work is bounded by the characters it makes; where
 * the bound was met, the caller is told that not everything was read.
 */
import { Buffer } from "node:buffer";
import { decodeHTML } from "entities";

/** Layers of base64 and hexadecimal undone; escapes between them come off at every layer. */
const LAYERS = 4;
/** Escapes taken off at one layer; nesting doubles backslashes, so few fit into a frame. */
const ESCAPES = 24;
/** Characters looked at for one text, all layers together; a frame is at most a quarter of a MB. */
export const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Decoded bytes that are no run of so many printable characters are an accident. */
const PRINTABLE = /[\x20-\x7e\t\r\n]{4,}/g;
const BASE64 = /[A-Za-z0-9+/_-]{6,}(?:\r?\n[A-Za-z0-9+/_-]+)*/g;
const HEX = /[0-9a-fA-F]{8,}/g;

export interface Unwrapped {
  /** The text itself first. */
  readonly views: readonly string[];
  /** False when the bound was met. */
  readonly complete: boolean;
}

/** Every reading of `text`. */
export function unwrap(text: string, mostCharacters = MOST_CHARACTERS): Unwrapped {
  const views = new Set<string>();
  let characters = 0;
  const add = (view: string): string[] => {
    if (view.length < 4 || views.has(view) || characters >= mostCharacters) return [];
    characters += view.length;
    views.add(view);
    return [view];
  };
  let layer = [text, ...unescapings(text)].flatMap(add);
  for (let depth = 0; depth < LAYERS && layer.length > 0; depth++) {
    layer = layer.flatMap((view) =>
      characters >= mostCharacters
        ? []
        : [fromBase64(view), fromHex(view)].flatMap((decoded) => [decoded, ...unescapings(decoded)])
          .flatMap(add)
    );
  }
  return { views: [...views], complete: characters < mostCharacters };
}

/** The text with its escapes taken off, all kinds together and again until none is left. */
function unescapings(text: string): string[] {
  let at = text;
  for (let times = 0; times < ESCAPES; times++) {
    const next = withoutEntities(withoutPercent(withoutBackslashes(at)));
    if (next === at) break;
    at = next;
  }
  return at === text ? [] : [at];
}

const CONTROL: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function withoutBackslashes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/gs,
    (_all, unicode?: string, hex?: string, sign = "") => {
      const code = unicode ?? hex;
      return code === undefined
        ? CONTROL[sign] ?? sign
        : String.fromCharCode(Number.parseInt(code, 16));
    },
  );
}

/** `%25` at the head of another code is that code encoded once more, however often. */
function withoutPercent(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(
    /%(?:25)*([0-9a-fA-F]{2})/g,
    (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function withoutEntities(text: string): string {
  return text.includes("&") ? decodeHTML(text.replace(/&(?:amp;)+/g, "&")) : text;
}

/** Every run of the alphabet, from each of the four places a quantum may begin. */
function fromBase64(text: string): string {
  const parts: string[] = [];
  for (const [run] of text.matchAll(BASE64)) {
    // A dash or a stroke may belong to it, or stand before it; a line may go on, or be another text.
    const pieces = /[-_+/\n]/.test(run)
      ? new Set([run, ...run.split(/\r?\n/), ...run.split(/[-_+/\r\n]+/)])
      : [run];
    for (const piece of pieces) {
      for (let shift = 0; shift < 4 && piece.length - shift >= 6; shift++) {
        parts.push(...printable(Buffer.from(piece.slice(shift), "base64")));
      }
    }
  }
  return parts.join("\n");
}

function fromHex(text: string): string {
  const parts: string[] = [];
  for (const [run] of text.matchAll(HEX)) {
    for (const shifted of [run, run.slice(1)]) {
      parts.push(...printable(Buffer.from(shifted, "hex")));
    }
  }
  return parts.join("\n");
}

const printable = (bytes: Buffer): readonly string[] =>
  bytes.toString("latin1").match(PRINTABLE) ?? [];
