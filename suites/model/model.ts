/**
 * The protocol as a model: it explains everything a server sent in a scenario by what was sent to
 * it, and says what it cannot explain.
 *
 * It is pure, and says nothing where concurrency, a lost answer or the documents leave more than
 * one possibility. An operation takes effect between its begin and its answer; one without an answer
 * stays open until a later operation on the same path was answered, or until the settle time is over.
 */
import type { Evidence } from "../record/evidence.ts";
import { type Accusation, type Finding, findingsOf } from "./finding.ts";
import { type History, readHistory } from "./history.ts";
import type { ModelOptions } from "./options.ts";
import { judgeCache } from "./rules/cache.ts";
import { judgeClientEvents } from "./rules/client_events.ts";
import { judgeClosing } from "./rules/closing.ts";
import { judgeCounts } from "./rules/counts.ts";
import { judgeDelivery } from "./rules/delivery.ts";
import { judgeFrames } from "./rules/frames.ts";
import { judgeLoss } from "./rules/loss.ts";
import { judgeOccupancy } from "./rules/occupancy.ts";
import { judgeOrder } from "./rules/order.ts";
import { judgePresence } from "./rules/presence.ts";
import { judgeSubscribing } from "./rules/subscribing.ts";
import { judgeUsers } from "./rules/users.ts";
import { judgeWatchlists } from "./rules/watchlist.ts";
import { judgeMissingWebhooks } from "./rules/missing_webhooks.ts";
import { judgeWebhooks } from "./rules/webhooks.ts";

type Rule = (history: History, accuse: (accusation: Accusation) => void) => void;

const RULES: readonly Rule[] = [
  judgeFrames,
  judgeClosing,
  judgeSubscribing,
  judgeDelivery,
  judgeClientEvents,
  judgeOrder,
  judgeLoss,
  judgePresence,
  judgeCache,
  judgeCounts,
  judgeUsers,
  judgeWatchlists,
  judgeOccupancy,
  judgeWebhooks,
  judgeMissingWebhooks,
];

export interface Model {
  /**
   * What the protocol cannot explain in the evidence of one scenario. `quiet` are sequence numbers
   * at which the caller knows that everything that had to happen has happened.
   */
  judge(events: readonly Evidence[], quiet?: readonly number[]): Finding[];
}

export function modelOf(options: ModelOptions): Model {
  return {
    judge: (events, quiet = []) => {
      const history = readHistory(events, options, quiet);
      const accusations: Accusation[] = [];
      for (const rule of RULES) rule(history, (accusation) => accusations.push(accusation));
      return findingsOf(accusations);
    },
  };
}
