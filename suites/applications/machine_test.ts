import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Resource, resourceSchema } from "../language/resource.ts";
import { lifeOf, placesOf } from "./machine.ts";

const request = (more: object) => ({ request: "POST /x", by: ["agent"], ...more });

/** A ticket with these transitions and quantities. */
const ticket = (transitions: object, quantities: object = {}): Resource =>
  resourceSchema.parse({
    create: { request: "POST /tickets", by: "customer", answers: { id: "id" } },
    read: request({ answers: { state: "state" } }),
    states: ["open", "claimed", "resolved"],
    transitions,
    quantities,
  });

const desk = ticket({
  claim: request({ from: "open", to: "claimed" }),
  resolve: request({ from: ["claimed"], to: "resolved" }),
  reopen: request({ from: "resolved", to: "open" }),
});

describe("where a declared resource can be", () => {
  it("is every state that transitions lead to, by the shortest way", () => {
    assertEquals(
      placesOf(desk).map(({ state, path }) => [state, path]),
      [["open", []], ["claimed", ["claim"]], ["resolved", ["claim", "resolve"]]],
    );
  });

  it("is no state that nothing leads to", () => {
    const claimOnly = ticket({ claim: request({ from: "open", to: "claimed" }) });
    assertEquals(placesOf(claimOnly).map(({ state }) => state), ["open", "claimed"]);
  });

  it("is every count that its quantities allow", () => {
    const seats = ticket(
      { book: request({ from: "open", changes: { seats: -1 } }) },
      { seats: { initial: 2, least: 0 } },
    );
    assertEquals(placesOf(seats).map(({ quantities }) => quantities.seats), [2, 1, 0]);
  });
});

describe("the life of a declared resource", () => {
  it("makes each transition once, each from where it may start", () => {
    assertEquals(lifeOf(desk), ["claim", "resolve", "reopen"]);
  });

  it("makes those that stay in a state before one that leads away from it", () => {
    const stock = ticket(
      {
        retire: request({ from: "open", to: "claimed" }),
        release: request({ from: "open", changes: { left: 1 } }),
        reserve: request({ from: "open", changes: { left: -1 } }),
      },
      { left: { initial: 1, least: 0, most: 1 } },
    );
    assertEquals(lifeOf(stock), ["reserve", "release", "retire"]);
  });
});
