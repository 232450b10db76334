/** How many nodes a load needs, as the report of a capacity holds it. */
import { z } from "zod";

export const nodesSchema = z.strictObject({
  users: z.int().positive(),
  /** A second. */
  events: z.number().nonnegative(),
  deliveries: z.number().nonnegative(),
  /** That carry it, and with one more, so that one may fail. */
  needed: z.int().positive(),
  withSpare: z.int().positive(),
  /** Of what a node was measured to carry: with all nodes up, and with one down. */
  utilisation: z.strictObject({ all: z.number(), oneDown: z.number() }),
  /** What decides the number. */
  bound: z.enum(["connections", "deliveries"]),
  assumptions: z.array(z.string()),
});

export type Nodes = z.infer<typeof nodesSchema>;
