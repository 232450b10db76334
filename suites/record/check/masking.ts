/** Keeping secrets out of what is written down, in whatever form they travelled. */

/** Shorter ones would mask ordinary text. */
const SHORTEST = 4;
/** A part of a form that is shorter tells nothing. */
const SHORTEST_PART = 8;

/** Replaces every secret, plain or in the forms it may travel in, by `«secret»`. */
export function masking(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret.length >= SHORTEST).flatMap((secret) => {
    const bytes = new TextEncoder().encode(secret);
    return [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      bytes.toHex(),
      bytes.toHex().toUpperCase(),
      bytes.toBase64({ omitPadding: true }),
      ...insideBase64(bytes),
    ];
  });
  // The longest first: a secret may be part of another one's form.
  const distinct = [...new Set(forms)].sort((a, b) => b.length - a.length);
  if (distinct.length === 0) return (text) => text;
  const any = new RegExp(distinct.map((form) => RegExp.escape(form)).join("|"), "g");
  return (text) => text.replace(any, "«secret»");
}

/** What stays the same of bytes in Base64, in either alphabet, wherever in a longer text they begin. */
function insideBase64(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((before) => {
    const moved = new Uint8Array(before + bytes.length);
    moved.set(bytes, before);
    const [first, end] = [Math.ceil(before * 8 / 6), Math.floor(moved.length * 8 / 6)];
    const part = moved.toBase64({ omitPadding: true }).slice(first, end);
    if (part.length < SHORTEST_PART) return [];
    return [part, part.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
