/** Whom something concerns. A client is a customer, whose id is the client's. */
import type { User } from "./users.ts";

/** Those who run the place. */
export const isStaff = ({ role }: User): boolean => role === "staff" || role === "officer";

/** Whether what belongs to a client concerns the user. */
export const concernsClient = (user: User, clientId: string): boolean =>
  isStaff(user) || (user.role === "customer" && user.id === clientId);
