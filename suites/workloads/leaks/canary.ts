/** Something planted in what must stay inside an application, and told apart from all else. */

/** What kind of thing it is, in the words of a scenario and of the report. */
export const SECRETS = ["reserve", "identity", "credentials", "order", "notes"] as const;
export type SecretKind = typeof SECRETS[number];

export type Canary =
  & {
    readonly kind: SecretKind;
    /** Names it without telling it, for example `the e-mail of ana`. */
    readonly label: string;
  }
  & (
    | { readonly text: string }
    /** Money in the smallest unit; also found in units a hundred times larger or smaller. */
    | { readonly amount: number }
  );

/** Texts shorter than this stand in ordinary text by chance. */
const SHORTEST_TEXT = 5;
const FEWEST_DIGITS = 5;

/**
 * Why a value cannot be told from what merely looks like it; undefined when it can. Only printable
 * ASCII survives every encoding the search undoes as itself.
 */
export function whyNotTelling(canary: Canary): string | undefined {
  if ("amount" in canary) {
    const digits = String(canary.amount).replace(/0+$/, "");
    return Number.isSafeInteger(canary.amount) && digits.length >= FEWEST_DIGITS
      ? undefined
      : `${canary.amount} has fewer than ${FEWEST_DIGITS} digits before its zeros, and other numbers are like it`;
  }
  if (!/^[\x20-\x7e]*$/.test(canary.text)) return "it is not plain ASCII";
  if (canary.text.length < SHORTEST_TEXT) {
    return `it is shorter than ${SHORTEST_TEXT} characters, and stands in other text by chance`;
  }
  return undefined;
}
