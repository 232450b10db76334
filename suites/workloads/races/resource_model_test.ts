import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { resourceSchema } from "../../language/resource.ts";
import type { Answered, Operation } from "./history.ts";
import { judgeHistory } from "./linearizable.ts";
import { effectsOf, resourceModel } from "./resource_model.ts";

const booking = (again: "refused" | "same") =>
  resourceSchema.parse({
    create: { request: "POST /x", by: "customer", answers: { id: "id" } },
    read: { request: "GET /x", by: ["owner"], answers: { state: "state", seats: "seats" } },
    states: ["open", "closed"],
    quantities: { seats: { initial: 1, least: 0 } },
    transitions: {
      book: { request: "POST /b", from: "open", by: ["customer"], changes: { seats: -1 } },
      close: { request: "POST /c", from: "open", to: "closed", by: ["customer"], again },
    },
  });

/** All at one instant, but a reading, which comes after them. */
const operation = (who: string, name: string, answered: Answered): Operation => ({
  who,
  asked: name === "read" ? { kind: "read" } : { kind: "transition", name },
  answered,
  called: name === "read" ? 20 : 0,
  returned: answered.kind === "unknown" ? Infinity : name === "read" ? 30 : 10,
  quotes: [],
});
const agreed: Answered = { kind: "agreed" };
const refused: Answered = { kind: "refused", reason: "no" };
const read = (status: string, seats: number): Answered => ({
  kind: "agreed",
  status,
  quantities: { seats },
});

const isExplained = (again: "refused" | "same", ...history: Operation[]) => {
  const model = resourceModel(booking(again), { status: "open", quantities: { seats: 1 } });
  return judgeHistory(history, model).linearizable;
};

describe("a declared resource as a machine", () => {
  it("explains one booking of the last seat, and the others refused", () => {
    assertEquals(
      isExplained(
        "refused",
        operation("ana", "book", agreed),
        operation("ben", "book", refused),
        operation("eve", "read", read("open", 0)),
      ),
      true,
    );
  });

  it("explains no second booking of the last seat", () => {
    assertEquals(
      isExplained("refused", operation("ana", "book", agreed), operation("ben", "book", agreed)),
      false,
    );
  });

  it("explains no refusal that took the seat all the same", () => {
    assertEquals(
      isExplained(
        "refused",
        operation("ana", "book", refused),
        operation("eve", "read", read("open", 0)),
      ),
      false,
    );
  });

  it("explains a booking without an answer, whether it happened or not", () => {
    for (const seats of [0, 1]) {
      assertEquals(
        isExplained(
          "refused",
          operation("ana", "book", { kind: "unknown" }),
          operation("eve", "read", read("open", seats)),
        ),
        true,
      );
    }
  });

  it("explains the same request of one person twice only where the file says so", () => {
    const twice = [operation("ana", "close", agreed), operation("ana", "close", agreed)];
    assertEquals(isExplained("same", ...twice), true);
    assertEquals(isExplained("refused", ...twice), false);
  });

  it("explains the same request of two people nowhere", () => {
    const both = [operation("ana", "close", agreed), operation("ben", "close", agreed)];
    assertEquals(isExplained("same", ...both), false);
  });

  it("counts as effects what an order has done, and no second answer", () => {
    const model = resourceModel(booking("same"), { status: "open", quantities: { seats: 1 } });
    const order = [
      operation("ana", "book", agreed),
      operation("ana", "close", agreed),
      operation("ana", "close", agreed),
    ];
    assertEquals(effectsOf(order, model).map(({ name }) => name), ["book", "close"]);
  });
});

const lot = resourceSchema.parse({
  create: { request: "POST /x", by: "officer", answers: { id: "id" } },
  read: { request: "GET /x", by: ["bidder"], answers: { state: "state", price: "price" } },
  states: ["live"],
  quantities: { price: { initial: 0, rises: 10 } },
  transitions: {
    bid: { request: "POST /b", from: "live", by: ["bidder"], sets: "price", key: "kept" },
  },
});

const bid = (amount: number, answered: Answered, key = String(amount)): Operation => ({
  ...operation("ana", "bid", answered),
  asked: { kind: "transition", name: "bid", amount, key },
});
const isRising = (...history: Operation[]) => {
  const model = resourceModel(lot, { status: "live", quantities: { price: 0 } });
  return judgeHistory(history, model).linearizable;
};
const priceIs = (price: number): Answered => ({
  kind: "agreed",
  status: "live",
  quantities: { price },
});

describe("a quantity that only rises", () => {
  it("is explained where each that was taken is above the last by its step", () => {
    const last = operation("eve", "read", priceIs(20));
    assertEquals(isRising(bid(20, agreed), bid(10, agreed), bid(15, refused), last), true);
    assertEquals(isRising(bid(20, agreed), bid(15, agreed), last), false);
    assertEquals(isRising(bid(20, agreed, "one"), bid(20, agreed, "other"), last), false);
  });

  it("is set once by requests with one key, and reads as it was set", () => {
    const taps = [bid(10, agreed, "tap"), bid(10, agreed, "tap")];
    assertEquals(isRising(...taps, operation("eve", "read", priceIs(10))), true);
    assertEquals(isRising(...taps, operation("eve", "read", priceIs(20))), false);
  });
});
