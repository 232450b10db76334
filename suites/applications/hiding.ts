/** Keeps what lets somebody into an account out of the record. */

/** Headers whose values let whoever reads a record into an account. */
const SECRET_HEADERS = /^(cookie|set-cookie|authorization|x-xsrf-token|x-csrf-token)$/i;
const HIDDEN = "«secret»";

/** Headers without the values that let somebody in. */
export const withoutSecrets = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET_HEADERS.test(name) ? HIDDEN : value,
    ]),
  );

/** Long enough to let somebody in, and to stand nowhere by chance. */
export const isTelling = (value: unknown): value is string =>
  typeof value === "string" && value.length >= 8;

/** Hides values that let somebody in: passwords, and tokens that were taken from answers. */
export function hiding(values: readonly unknown[]): (text: string) => string {
  const secrets = values.filter(isTelling);
  return (text) => secrets.reduce((masked, one) => masked.replaceAll(one, HIDDEN), text);
}
