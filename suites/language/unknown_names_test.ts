import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { unknownNames } from "./unknown_names.ts";

const told = (steps: readonly unknown[], known: readonly string[] = ["ana"]) =>
  unknownNames(steps, known).map(({ at, message }) => `${at.join(".")}: ${message}`);

describe("names in the steps of a scenario", () => {
  it("are known where a client, a column or a step before or after sets them", () => {
    assertEquals(
      told([
        { auction: { as: "sale" } },
        { ana: { bids: 1, on: "$sale.lot1", key: "k${suffix}" } },
        { ana: { signsIn: "$user" } },
        { answer: { body: { $json: { id: "$ana.userId" } } } },
      ], ["ana", "user"]),
      [],
    );
  });

  it("are told with their place, and with what may have been meant", () => {
    assertEquals(
      told([{ auction: { as: "sale" } }, { ana: { bids: 1, on: "$sael.lot1" } }]),
      ['1.ana.on: nothing in this scenario is named $sael. Did you mean "sale"?'],
    );
  });

  it("are told of a client only as far as it has them", () => {
    const steps = [{ signIn: "$ana.userId" }, { signIn: "${ana.user}" }];
    const messages = unknownNames(steps, ["ana"], new Set(["ana"])).map(({ message }) => message);
    assertEquals(messages, [
      "of the client ana, only socketId, userId, role, name, email, password can be named, not user",
    ]);
  });

  it("are found inside longer texts, and in keys", () => {
    const steps = [{ "call": { path: "/channels/${nobody}/users" } }, { "${nowhere}": null }];
    assertEquals(told(steps).map((one) => one.slice(0, one.indexOf("."))), ["0", "1"]);
  });
});
