/** What a page was told, in words. */
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import { quote } from "../record/words.ts";

/** What the page was told since `from`, for failure messages. */
export function pageArrivals(attempt: Attempt, client: Client, from: number): string {
  const seen = attempt.log.events.slice(from).filter((event) =>
    event.kind === "page" && event.who === client.name
  );
  return seen.length === 0
    ? "its page was told nothing"
    : `its page was told ${seen.slice(-4).map(quote).join(" · ")}`;
}
