/** The events an application tells of itself, by the names scenarios use, and where their values stand. */

/** What versions are counted of. */
export type AggregateKind = "lot" | "sale" | "order";

export const EVENT_NAMES = [
  "LotStarted",
  "BidPlaced",
  "AuctionClosed",
  "NextLotStarted",
  "SaleEnded",
  "OrderStatusChanged",
] as const;
export type EventName = typeof EVENT_NAMES[number];

export interface EventShape {
  /** As it stands on the wire. */
  readonly name: string;
  readonly of: AggregateKind;
  /** Paths of every field the payload may have; anything else is a leak. */
  readonly allowed: readonly string[];
  /** Most bytes of its data. */
  readonly budgetBytes: number;
  /** Where the values that suites need stand in the payload, as dotted paths. */
  readonly read: {
    readonly version: string;
    /** The event's own id, the same when it is sent again. */
    readonly id?: string;
    readonly amount?: string;
    readonly bidCount?: string;
    readonly reserveMet?: string;
    readonly status?: string;
    readonly price?: string;
    readonly lot?: string;
    /** By what name the lot calls who has bid. */
    readonly bidder?: string;
  };
}
