/** Environment variables that look like Reverb's, and that no server would read: spelling mistakes. */
import { closestString, levenshteinDistance } from "@std/text";

/**
 * Names of Laravel's `config/reverb.php` that are for clients, for the application or for other
 * parts of Laravel. They often stand in the same `.env`, and mean nothing to this server.
 */
const OF_OTHERS: ReadonlySet<string> = new Set([
  "REVERB_SERVER",
  "REVERB_HOST",
  "REVERB_PORT",
  "REVERB_SCHEME",
  "REVERB_SCALING_CONNECTION",
  "REVERB_PULSE_INGEST_INTERVAL",
  "REVERB_TELESCOPE_INGEST_INTERVAL",
]);

/** What Kubernetes sets in every container beside a service of the name `reverb`. */
const OF_KUBERNETES = /^REVERB_(?:SERVICE|PORT)_/;

/** How far a name may be from another, in letters, to be taken for a misspelling of it. */
const MOST_WRONG = 6;

/** A sentence for each of `names` that begins with `REVERB_` and is neither `known` nor another's. */
export function unknownNames(names: Iterable<string>, known: readonly string[]): string[] {
  const unread = [...names].filter((name) =>
    name.startsWith("REVERB_") && !known.includes(name) && !OF_OTHERS.has(name) &&
    !OF_KUBERNETES.test(name)
  );
  return unread.sort().map((name) => {
    const nearest = closestString(name, known);
    const isNear = levenshteinDistance(name, nearest) <= MOST_WRONG;
    return `${name} is not known and changes nothing${isNear ? `: did you mean ${nearest}?` : ""}`;
  });
}
