import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Feature, type FeatureFound, FEATURES, offer } from "./probed.ts";

const every = (found: FeatureFound) =>
  Object.fromEntries(Object.keys(FEATURES).map((feature) => [feature, found])) as Record<
    Feature,
    FeatureFound
  >; // the keys of FEATURES

describe("the head of a report", () => {
  const features = every({ state: "offered", observation: "" });
  const rest = { clockOffsetMs: 0, doubts: [], durationMs: 1 };

  it("counts what is offered", () => {
    assertEquals(offer({ features, ...rest }), "19 of 19 features offered by app main");
  });

  it("names what is not, for each reason apart", () => {
    const some: Record<Feature, FeatureFound> = {
      ...features,
      batchEvents: { state: "absent", observation: "HTTP 404" },
      watchlist: { state: "absent", observation: "no answer" },
      channelUsers: { state: "broken", observation: "HTTP 500" },
      clientEvents: { state: "unknown", observation: "no room" },
    };
    assertEquals(
      offer({ features: some, ...rest }),
      "15 of 19 features offered by app main; not offered: POST /batch_events, watchlist events; " +
        "broken: GET /channels/X/users; not tried: client events",
    );
  });
});
