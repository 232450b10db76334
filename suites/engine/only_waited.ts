/** Which of the scenarios that ran when the server died cannot have ended it. */
import type { Evidence } from "../record/evidence.ts";
import type { EvidenceLog } from "../record/evidence_log.ts";

/** What ends a server does so soon after it was sent; a scenario that sent nothing since ended none. */
const SOON_MS = 2000;

/** Whether a scenario had done nothing for so long when the server died that it cannot have ended it. */
export function onlyWaited({ events }: Pick<EvidenceLog, "events">): boolean {
  const death = events.find((event) => event.kind === "server" && event.what === "died");
  if (!death) return false;
  return !events.some((event) =>
    isDeed(event) && event.t > death.t - SOON_MS && event.seq < death.seq
  );
}

const isDeed = (event: Evidence): boolean =>
  event.kind === "dial" || event.kind === "sent" || event.kind === "request" ||
  event.kind === "closing";
