/**
 * Keeping secrets out of what is written down and said, in whatever form they travelled, whole or in
 * parts: a frame may be cut, or a target may send a secret in pieces.
 */

/** Shorter ones would mask ordinary text. */
const SHORTEST = 4;
/** From this length on, parts of a secret are masked too; parts of a shorter one may be ordinary words. */
const SHORTEST_IN_PARTS = 20;
/** A part of a form that is shorter tells nothing. */
const PART = 8;
/** A secret of fewer characters is a poor one, and cannot be masked in parts. */
const SHORT = 12;
const MASK = "«secret»";
/** What every run says; a part of a secret that is a part of this tells nothing, and would mask it all. */
const ORDINARY =
  "pusher_internal:subscription_succeeded pusher:connection_established activity_timeout " +
  "pusher:subscription_error pusher_internal:member_removed pusher:unsubscribe auth_signature " +
  "auth_timestamp channel_data user_info client-event private-encrypted- presence- password " +
  "application production development plumbline localhost reverb laravel 12345678 00000000";

/** Replaces every secret, plain or in the forms it may travel in, by `«secret»`. */
export function masking(secrets: readonly string[]): (text: string) => string {
  const told = secrets.filter((secret) => secret.length >= SHORTEST);
  const inParts = told.filter((secret) => secret.length >= SHORTEST_IN_PARTS).flatMap(formsOf);
  const whole = maskWhole(told.flatMap(formsOf));
  const parts = maskParts(inParts);
  return (text) => parts(whole(text));
}

/** One line for those of a target's secrets that are too short to be masked well; empty where none is. */
export function warningOf(apps: Readonly<Record<string, { readonly secret: string }>>): string {
  const short = Object.entries(apps).filter(([, { secret }]) => secret.length < SHORT)
    .map(([name]) => name);
  if (short.length === 0) return "";
  const [secrets, have] = short.length === 1 ? ["the secret", "has"] : ["the secrets", "have"];
  return `${secrets} of ${
    short.join(", ")
  } ${have} fewer than ${SHORT} characters: what is written ` +
    "masks such a secret where it stands whole, and not in parts";
}

/** Every form that a secret may travel in. */
function formsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const url = encodeURIComponent(secret);
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  return [
    secret,
    inJson(secret),
    inJson(inJson(secret)),
    inJson(inJson(inJson(secret))),
    url,
    url.replace(/%../g, (escaped) => escaped.toLowerCase()),
    bytes.toHex(),
    bytes.toHex().toUpperCase(),
    bytes.toBase64({ omitPadding: true }),
    bytes.toBase64({ omitPadding: true, alphabet: "base64url" }),
    ...insideBase64(bytes),
  ];
}

/** What stays the same of bytes in Base64, in either alphabet, wherever in a longer text they begin. */
function insideBase64(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((before) => {
    const moved = new Uint8Array(before + bytes.length);
    moved.set(bytes, before);
    const [first, end] = [Math.ceil(before * 8 / 6), Math.floor(moved.length * 8 / 6)];
    const part = moved.toBase64({ omitPadding: true }).slice(first, end);
    if (part.length < PART) return [];
    return [part, part.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function maskWhole(forms: readonly string[]): (text: string) => string {
  // The longest first: a secret may be part of another one's form.
  const distinct = [...new Set(forms)].sort((a, b) => b.length - a.length);
  if (distinct.length === 0) return (text) => text;
  const any = new RegExp(distinct.map((form) => RegExp.escape(form)).join("|"), "g");
  return (text) => text.replace(any, MASK);
}

/** A part of eight has four characters that begin at a multiple of five, wherever in a text it stands. */
const SAMPLE = 4;
const STRIDE = PART - SAMPLE + 1;
const BUCKETS = 1 << 16;

/** A number for four characters of a text. */
function bucketOf(text: string, at: number): number {
  let hash = 0;
  for (let next = at; next < at + SAMPLE; next++) {
    hash = Math.imul(hash, 31) + text.charCodeAt(next) | 0;
  }
  return hash & (BUCKETS - 1);
}

/** Masks every run of eight characters or more that is a part of a form. */
function maskParts(forms: readonly string[]): (text: string) => string {
  const parts = new Set(
    forms.flatMap((form) =>
      Array.from(
        { length: Math.max(0, form.length - PART + 1) },
        (_, at) => form.slice(at, at + PART),
      )
    ).filter((part) => !ORDINARY.includes(part)),
  );
  if (parts.size === 0) return (text) => text;
  const mayBe = new Uint8Array(BUCKETS);
  for (const part of parts) {
    for (let at = 0; at < STRIDE; at++) mayBe[bucketOf(part, at)] = 1;
  }
  const isPart = (text: string, from: number) => parts.has(text.slice(from, from + PART));
  return (text) => {
    let masked = "";
    let taken = 0;
    for (let at = 0; at <= text.length - SAMPLE; at += STRIDE) {
      if (mayBe[bucketOf(text, at)] === 0) continue;
      let from = Math.max(taken, at - STRIDE + 1);
      while (from <= at && !isPart(text, from)) from++;
      if (from > at) continue;
      let end = from + PART;
      while (isPart(text, end - PART + 1)) end++;
      masked += text.slice(taken, from) + MASK;
      taken = end;
      at = end - end % STRIDE - (end % STRIDE === 0 ? STRIDE : 0); // the next multiple from there on
    }
    return taken === 0 ? text : masked + text.slice(taken);
  };
}

/** A value with every text in it masked; what is neither a plain object, a list nor a text stays. */
export function maskedIn<T>(value: T, mask: (text: string) => string): T {
  const walk = (one: unknown): unknown => {
    if (typeof one === "string") return mask(one);
    if (Array.isArray(one)) return one.map(walk);
    if (
      one === null || typeof one !== "object" || Object.getPrototypeOf(one) !== Object.prototype
    ) {
      return one;
    }
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [mask(key), walk(inner)]));
  };
  return walk(value) as T; // the same shape, with other texts
}
