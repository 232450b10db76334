/** A sale: a row of lots, one live at a time; the last one closed ends it. Pure. */
import { agreed, type Decision, refused } from "./decision.ts";

export interface Sale {
  readonly id: string;
  /** In the order they are sold. */
  readonly lotIds: readonly string[];
  readonly status: "pending" | "running" | "ended";
  readonly currentLot: string | null;
  /** How long a lot must have been quiet before it may be closed by anybody, in milliseconds. */
  readonly closeAfterMs: number;
  readonly version: number;
}

export type SaleEvent =
  | { readonly type: "next-lot"; readonly sale: Sale; readonly lotId: string }
  | { readonly type: "ended"; readonly sale: Sale };

/** A lot becomes the current one. */
export function openLot(sale: Sale, lotId: string): Decision<Sale, SaleEvent> {
  if (sale.currentLot !== null) {
    return refused("another_is_live", "Another lot of this sale is live");
  }
  const next: Sale = {
    ...sale,
    status: "running",
    currentLot: lotId,
    version: sale.version + 1,
  };
  return agreed(next, { type: "next-lot", sale: next, lotId });
}

/** The current lot is over and no other follows. */
export function endSale(sale: Sale): { readonly state: Sale; readonly event: SaleEvent } {
  const next: Sale = { ...sale, status: "ended", currentLot: null, version: sale.version + 1 };
  return { state: next, event: { type: "ended", sale: next } };
}

/** The lot after this one that has not had its turn. */
export function lotAfter(
  sale: Sale,
  lotId: string,
  isPending: (id: string) => boolean,
): string | undefined {
  const at = sale.lotIds.indexOf(lotId);
  return sale.lotIds.slice(at + 1).find(isPending) ?? sale.lotIds.slice(0, at).find(isPending);
}
