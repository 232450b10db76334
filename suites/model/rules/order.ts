/** The order of events of one publisher on one channel (P-175, P-254, P-262). */
import { isCache } from "../channel_kind.ts";
import type { Delivery } from "../deliveries.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import type { Publication } from "../publications.ts";
import { text } from "./delivery.ts";

export function judgeOrder(history: History, accuse: Accuse): void {
  if (history.options.ordering !== "kept") return;
  for (const [connection, deliveries] of history.deliveries) {
    if (connection.isForeign) continue;
    const latest = new Map<string, { publication: Publication; delivery: Delivery }>();
    for (const delivery of deliveries) {
      const [publication, second] = delivery.candidates;
      // An event that may be one of several says nothing about order, nor does a cached one.
      if (!publication || second || isCache(delivery.channel)) continue;
      const key = `${delivery.channel} ${publication.path}`;
      const last = latest.get(key);
      if (last && isBefore(publication, last.publication)) {
        judge(delivery, last.delivery, publication, accuse);
      } else latest.set(key, { publication, delivery });
    }
  }
}

/** Whether `a` was certainly to be delivered before `b`. */
function isBefore(a: Publication, b: Publication): boolean {
  return a.begin === b.begin
    ? a.item < b.item
    : a.end < b.begin || (a.kind === "client" && a.begin < b.begin);
}

function judge(
  delivery: Delivery,
  earlier: Delivery,
  publication: Publication,
  accuse: Accuse,
): void {
  const other = earlier.candidates[0];
  const requirement = publication.kind === "client"
    ? "P-175"
    : publication.begin === other?.begin
    ? "P-254"
    : "P-262";
  accuse({
    requirement,
    observation: "out of order",
    message: `${delivery.connection.name} received ${text(delivery.message)} after ${
      text(earlier.message)
    }, which was published later on the same connection`,
    quotes: [publication.begin, earlier.message.seq, delivery.message.seq],
    part: `${delivery.connection.app?.id} ${delivery.channel}`,
  });
}
