/** An order: pending → accepted → preparing → ready → picked-up → delivered, one step at a time. Pure. */
import { agreed, type Decision, refused } from "./decision.ts";

export const ORDER_STEPS = [
  "pending",
  "accepted",
  "preparing",
  "ready",
  "picked-up",
  "delivered",
] as const;
export type OrderStatus = typeof ORDER_STEPS[number];

export interface Order {
  readonly id: string;
  readonly customerId: string;
  /** For the staff alone. */
  readonly notes: string;
  readonly status: OrderStatus;
  readonly version: number;
}

export interface OrderEvent {
  readonly type: "moved";
  readonly order: Order;
}

export function moveOrder(order: Order, to: OrderStatus): Decision<Order, OrderEvent> {
  if (order.status === to) return refused("already", `The order is ${to} already`);
  const next = ORDER_STEPS[ORDER_STEPS.indexOf(order.status) + 1];
  if (next !== to) {
    return refused(
      "illegal_transition",
      next === undefined
        ? `The order is ${order.status}, and nothing follows that`
        : `The order is ${order.status}; the next step is ${next}`,
    );
  }
  const moved: Order = { ...order, status: to, version: order.version + 1 };
  return agreed(moved, { type: "moved", order: moved });
}
