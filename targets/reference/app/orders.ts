/** Moving an order on, and telling its customer. */
import type { Caller, Change, Outcome } from "./changes.ts";
import type { Events } from "./events.ts";
import { moveOrder, type OrderStatus } from "./order.ts";
import { saveOrder, type Store } from "./store.ts";

export interface Orders {
  /** Undefined when there is no such order. */
  move(
    orderId: string,
    to: OrderStatus,
    caller: Caller,
  ): Promise<Outcome<{ status: OrderStatus; version: number }> | undefined>;
}

export function createOrders(change: Change, store: Store, events: Events): Orders {
  return {
    async move(orderId, to, caller) {
      let isThere = true;
      const outcome = await change<{ status: OrderStatus; version: number }>(
        `move ${orderId}`,
        caller,
        async ({ connection, lock, now, broadcast }) => {
          const order = await store.order(connection, orderId, lock);
          if (order === undefined) {
            isThere = false;
            return { ok: false, refusal: { code: "illegal_transition", message: "no such order" } };
          }
          const moved = moveOrder(order, to);
          if (!moved.ok) return moved;
          await saveOrder(connection, moved.state, now().iso);
          broadcast(events.orderStatusChanged(moved.state));
          return { ok: true, value: { status: to, version: moved.state.version } };
        },
      );
      return isThere ? outcome : undefined;
    },
  };
}
