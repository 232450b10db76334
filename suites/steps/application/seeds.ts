/** What a story stands on: a sale with its lots, an order. */
import { z } from "zod";
import type { Story } from "../../engine/attempt.ts";
import { broken, done, type Outcome, storyVerb, type Verb } from "../../engine/verb.ts";
import { why } from "./people.ts";

const amount = z.number().int().min(1);
const auction = z.strictObject({
  lots: z.array(z.strictObject({
    title: z.string().default("A lot"),
    startingPrice: amount.default(100),
    increment: amount.default(10),
    reserve: amount.default(100),
  })).min(1),
  as: z.string().describe("its id; its lots are lot1, lot2, … of it"),
});
const order = z.strictObject({
  for: z.string().describe("the client whose order it is"),
  notes: z.string().default("notes"),
  as: z.string().describe("its id"),
});

/** Who makes what a story stands on; nobody of the story sees the answers. */
const STAGEHAND = "stagehand";

async function makeSale(
  { lots, as }: z.output<typeof auction>,
  story: Story,
): Promise<Outcome> {
  const made = await story.visitor(STAGEHAND).perform("createSale", { lots });
  if (made.outcome !== "accepted") return broken(`no sale could be made: ${why(made)}`);
  const { saleId, lotIds } = made.value;
  if (lotIds.length !== lots.length) {
    return broken(`${lots.length} lots were asked for, and ${lotIds.length} came`);
  }
  story.variables.set(as, saleId);
  for (const [at, id] of lotIds.entries()) story.variables.set(`${as}.lot${at + 1}`, id);
  return done();
}

export const SEEDS: readonly Verb[] = [
  storyVerb({
    name: "auction",
    summary: "Makes a sale of these lots in the application, none of them started.",
    schema: auction,
    run: makeSale,
  }),
  storyVerb({
    name: "order",
    summary: "Makes an order in the application.",
    schema: order,
    run: async ({ for: customer, notes, as }, story) => {
      const customerId = String(story.lookup(`${customer}.userId`));
      const made = await story.visitor(STAGEHAND).perform("createOrder", { customerId, notes });
      if (made.outcome !== "accepted") return broken(`no order could be made: ${why(made)}`);
      story.variables.set(as, made.value.orderId);
      return done();
    },
  }),
];
