import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { onePerTransition, type Params, rising } from "./broadcasts.ts";

const params = (version: number, id = `event-${version}`, name = "BidPlaced"): Params => ({
  name,
  version,
  id,
  seq: version,
});

describe("one event per transition", () => {
  it("holds when every version was told of once, or again by the same event", () => {
    assertEquals(onePerTransition([params(2), params(3)], 1, 3), undefined);
    assertEquals(onePerTransition([params(2), params(3), params(2)], 1, 3), undefined);
  });

  it("does not hold when one is missing, too much, or told of by two", () => {
    const message = (events: Params[], last: number) => onePerTransition(events, 1, last)?.message;
    assertEquals(
      message([params(3)], 3),
      "nothing was told of version 2, though the state is at 3",
    );
    assertEquals(
      message([params(2), params(3)], 2),
      "version 3 was told of, though the state is at 2",
    );
    assertEquals(message([params(2), params(2, "other")], 2), "version 2 was told of by 2 events");
  });

  it("does not hold when two have one id", () => {
    assertEquals(
      onePerTransition([params(2, "e"), params(3, "e")], 1, 3)?.message,
      "the events of versions 2, 3 have one id, e",
    );
  });

  it("does not hold when an event has no version to be judged by", () => {
    for (const version of [NaN, 1.5]) {
      assertEquals(
        onePerTransition([params(2), params(version, "other")], 1, 2)?.message,
        "1 events had no whole number where the application file says their version is",
      );
    }
  });
});

describe("rising versions", () => {
  it("let an event come again, and none come late", () => {
    assertEquals(rising([params(2), params(3), params(2)]), undefined);
    assertEquals(rising([params(3), params(2)])?.message, "version 2 arrived after version 3");
    assertEquals(
      rising([params(2), params(3), params(2, "stale")])?.message,
      "version 2 arrived after version 3",
    );
  });
});
