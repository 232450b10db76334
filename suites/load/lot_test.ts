import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { loadApplication } from "../applications/file.ts";
import { openApplication } from "../applications/open.ts";
import { root } from "../cli/testing.ts";
import { BadFile } from "../language/bad_file.ts";
import { readSource } from "../language/source.ts";
import { CannotRun } from "./engine.ts";
import { putOnSale } from "./lot.ts";
import { planLoad } from "./planning.ts";
import { readLoadScenario } from "./scenario.ts";
import { saleOf } from "./testing.ts";

const TEXT = `name: bids
title: A test
channels:
  auction: { kind: lot }
  orders: { kind: private, count: 2 }
clients:
  bidders: { count: 4, connect: 10/s, join: auction, authorize: application }
  customers: { count: 2, connect: 10/s, join: orders }
publish:
  - { bid: 25, to: auction, rate: 2/s }
  - { event: Shipped, to: orders, rate: 1/s, bytes: 100 }
phases:
  - { name: auction, for: 3s }
version: 1
`;
const DESTINATION = {
  websocketUrl: "ws://127.0.0.1:1",
  apiUrl: "http://127.0.0.1:1",
  target: {
    apps: {
      main: { name: "main", id: "app-id", key: "app-key", secret: "app-secret", settings: {} },
    },
  },
};
const read = (text: string) => readLoadScenario(readSource("bids.yaml", text));

describe("a lot under load", () => {
  it("is planned by the application's names: its channel, its event, its endpoints", () => {
    const scenario = read(TEXT);
    const sale = saleOf(scenario);
    const { channels, clients, publishers } = planLoad(scenario, DESTINATION, sale);
    assertEquals(channels, ["private-lot.0", "private-orders-0", "private-orders-1"]);
    assertEquals(clients.map(({ authorize }) => authorize), [sale.authorize, undefined]);
    assertEquals(publishers, [
      {
        event: "bid.placed",
        perSecond: 2,
        channels: [0],
        bytes: 0,
        request: {
          url: "http://127.0.0.1:2/lots/0/bids",
          headers: { "Content-Type": "application/json" },
          body: '{"amount":$number}',
          first: 100,
          step: 25,
          field: "lot.price",
          accepted: { where: { success: true } },
        },
      },
      { event: "Shipped", perSecond: 1, channels: [1, 2], bytes: 100 },
    ]);
  });

  it("keeps what lets its bidder in out of the plan, which stands in the report", () => {
    const scenario = read(TEXT);
    const plan = JSON.stringify(planLoad(scenario, DESTINATION, saleOf(scenario)));
    assertEquals(plan.includes("session=who"), false);
  });

  it("cannot be planned without an application", () => {
    const error = assertThrows(() => planLoad(read(TEXT), DESTINATION), CannotRun);
    assertStringIncludes(error.message, "bids on auction, and no application");
  });

  it("is refused of an application whose file does not say how to bid, by what is missing", async () => {
    const file = await loadApplication(join(root, "targets/applications/reference.yaml"));
    const { placeBid: _, startLot: __, ...operations } = file.operations;
    const application = openApplication({ ...file, operations }, [new URL("http://127.0.0.1:1")]);
    const error = await assertRejects(() => putOnSale(application, read(TEXT)), CannotRun);
    assertStringIncludes(error.message, "offers no startLot, placeBid");
  });

  for (
    const [wrong, right, message] of [
      ["kind: lot, count: 2", "kind: lot", "4:32: a lot has one channel"],
      ["join: orders, authorize: application", "join: orders", "8:66: the application signs for"],
      ["authorize: aplication", "authorize: application", "7:65:"],
      ["event: Bid, bid: 25", "bid: 25", "a bid is the application's event"],
      ["to: auction", "bid: 25, to: auction", "10:5: publish.0: say either event or bid"],
      ["bid: 25, to: orders", "bid: 25, to: auction", "10:12: only a lot is bid on"],
      ["event: Bid, bytes: 9", "bid: 25", "10:14: what auction tells of, the application"],
      ["bids: 25", "bid: 25", 'unknown key "bids". Did you mean "bid"?'],
      [
        "join: auction, whisper: { rate: 1/s, bytes: 9 },",
        "join: auction,",
        "on a lot's channel only the application speaks",
      ],
    ] as const
  ) {
    it(`is refused where it stands: ${wrong}`, () => {
      const error = assertThrows(() => read(TEXT.replace(right, wrong)), BadFile);
      assertStringIncludes(error.message, message);
    });
  }
});
