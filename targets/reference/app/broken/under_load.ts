/** Applications that fail now and then: what shows under a load, and hardly to one who tries it out. */
import type { Replace } from "../application.ts";

const BID = /^POST .*\/bids$/;
let bids = 0;
let told = 0;

export const UNDER_LOAD: Readonly<Record<string, Replace>> = {
  "tenth-bid-fails": {
    answer: (right) => (request) =>
      BID.test(`${request.method} ${new URL(request.url).pathname}`) && ++bids % 10 === 0
        ? Response.json({ message: "Server Error" }, { status: 500 })
        : right(request),
  },
  "one-bid-untold": {
    outbox: (right) => ({
      ...right,
      append: (connection, events, now, except) =>
        right.append(
          connection,
          events.filter(({ broadcastAs }) => broadcastAs !== "BidPlaced" || ++told !== 5),
          now,
          except,
        ),
    }),
  },
};
