/** What a scenario stands on: a sale with its lots, an order. */
import { z } from "zod";
import { clientName } from "../../language/client_name.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { broken, done, type Outcome, scenarioVerb, type Verb } from "../../engine/verb.ts";
import { why } from "./people.ts";

const amount = z.number().int().min(1);
const auction = z.strictObject({
  lots: z.array(z.strictObject({
    title: z.string().default("A lot"),
    startingPrice: amount.default(100),
    increment: amount.default(10),
    reserve: amount.default(100),
  })).min(1).describe("the lots of the sale, in their order"),
  quiet: z.string().regex(/^\d+s$/).optional().describe(
    "how long nobody may have bid on a lot before anybody may close it, such as 60s",
  ),
  as: z.string().describe("its id; its lots are lot1, lot2, … of it"),
});
const order = z.strictObject({
  for: clientName("the client whose order it is"),
  notes: z.string().default("notes").describe("what the customer wrote"),
  as: z.string().describe("its id"),
});

/** Who makes what a scenario stands on; nobody of the scenario sees the answers. */
const STAGEHAND = "stagehand";

async function makeSale(
  { lots, quiet, as }: z.output<typeof auction>,
  attempt: Attempt,
): Promise<Outcome> {
  const made = await attempt.visitor(STAGEHAND).perform("createSale", {
    lots,
    ...(quiet === undefined ? {} : { quietMs: parseInt(quiet) * 1000 }),
  });
  if (made.outcome !== "accepted") return broken(`no sale could be made: ${why(made)}`);
  const { saleId, lotIds } = made.value;
  if (lotIds.length !== lots.length) {
    return broken(`${lots.length} lots were asked for, and ${lotIds.length} came`);
  }
  attempt.variables.set(as, saleId);
  for (const [at, id] of lotIds.entries()) attempt.variables.set(`${as}.lot${at + 1}`, id);
  return done();
}

export const SEEDS: readonly Verb[] = [
  scenarioVerb({
    name: "auction",
    summary: "Makes a sale of these lots in the application, none of them started.",
    uses: () => ["createSale"],
    schema: auction,
    run: makeSale,
  }),
  scenarioVerb({
    name: "order",
    summary: "Makes an order in the application.",
    uses: () => ["createOrder"],
    schema: order,
    run: async ({ for: customer, notes, as }, attempt) => {
      const customerId = String(attempt.lookup(`${customer}.userId`));
      const made = await attempt.visitor(STAGEHAND).perform("createOrder", { customerId, notes });
      if (made.outcome !== "accepted") return broken(`no order could be made: ${why(made)}`);
      attempt.variables.set(as, made.value.orderId);
      return done();
    },
  }),
];
