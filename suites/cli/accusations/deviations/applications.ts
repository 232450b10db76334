/** U20 and U21: a right server, through which a right application broadcasts whose ids are counted from 1. */
import type { Deviation } from "../deviation.ts";

const COUNTED = { environment: { IDS: "counted" } };

/** One person's key with two amounts: whichever is dealt with first is remembered for both. */
const ONE_KEY = `suite: races
scenarios:
  - id: races/test/one-key
    title: A key comes again with another amount
    needs: [application, application.placeBid]
    deadline: 2s
    clients: { ana: {}, ben: {}, officer: {} }
    steps:
      - ana: { isA: bidder }
      - ben: { isA: bidder }
      - officer: { isA: officer }
      - auction: { lots: [{}], as: sale }
      - officer: { startsLot: $sale.lot1 }
      - race:
          for: lot
          of: $sale.lot1
          among:
            - { who: ana, bids: 1, key: tap }
            - { who: ana, bids: 500, key: tap }
            - { who: ben, bids: 100 }
          checks: APP-101
`;

export const APPLICATIONS: readonly Deviation[] = [
  {
    row: "U20",
    does: "is right, and so is the application, whose ids are counted from 1",
    server: "reference",
    application: COUNTED,
    args: ["application", "races", "recovery"].flatMap((suite) => ["--suite", suite]),
    right: { exit: 0, failed: [] },
  },
  {
    row: "U20",
    does: "is right, and the application's ids are too short to be told from other text",
    server: "reference",
    application: COUNTED,
    args: ["--scenario", "leaks/orders/whole-life"],
    right: { exit: 0, failed: [] },
  },
  {
    row: "U21",
    does: "is right, and the application refuses in silence, and remembers it by the request's key",
    server: "reference",
    application: { environment: { REFUSES: "in silence" } },
    scenario: ONE_KEY,
    args: [],
    right: { exit: 0, failed: [] },
  },
];
