import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { signChannel } from "../../wire/signature.ts";
import { accuses, APPS, told } from "../testing.ts";

accuses("subscribing", [
  [
    "P-097",
    "admitted with a wrong signature",
    (told) =>
      told.connects("eve").asks("eve", "private-orders", { auth: `key-one:${"0".repeat(64)}` })
        .isIn("eve", "private-orders"),
  ],
  [
    "P-099",
    "admitted with another socket's signature",
    (told) =>
      told.connects("ana").connects("eve")
        .asks("eve", "private-orders", {
          auth: signChannel(APPS[0], told.socketId("ana"), "private-orders"),
        })
        .isIn("eve", "private-orders"),
  ],
  [
    "P-095",
    "admitted without a signature",
    (told) =>
      told.connects("eve").asks("eve", "private-orders", { auth: undefined }).isIn(
        "eve",
        "private-orders",
      ),
  ],
  ["P-076", "never confirmed", (told) => told.connects("ana").asks("ana", "orders").isHeard("ana")],
  [
    "P-076",
    "confirmed twice",
    (told) => told.connects("ana").joins("ana", "orders").isIn("ana", "orders"),
  ],
]);

describe("the model", () => {
  it("takes the confirmation of a name with U+FFFD for that of half a surrogate pair", () => {
    const history = told().connects("ana").asks("ana", "\ud800").isIn("ana", "\ufffd");
    assertEquals(history.findings(), []);
  });

  it("gives a confirmation to who asked last, where a refusal did not name its channel", () => {
    const asUser = (id: string) => ({ channel_data: JSON.stringify({ user_id: id }) });
    const history = told().connects("ana").enters("ana", "presence-a", "ana", ["ana"])
      .asks("ana", "presence-a", asUser("ben"))
      .receives("ana", { event: "pusher:error", data: { code: 4009, message: "no" } })
      .isHeard("ana")
      .leaves("ana", "presence-a").isHeard("ana")
      .enters("ana", "presence-a", "cem", ["cem"]).isHeard("ana");
    assertEquals(history.findings(), []);
  });

  it("accuses a confirmation that nobody asked for (P-076)", () => {
    const history = told().connects("ana").asks("ana", "a").isIn("ana", "a").isIn("ana", "\ufffd");
    assertEquals(history.findings().map(({ requirement }) => requirement), ["P-076"]);
  });
});
