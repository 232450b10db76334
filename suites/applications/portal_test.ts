/** The client portal of the reference application, which its file alone describes. */
import { assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import {
  startTestServices,
  type TestServices,
  withoutServices,
} from "../../targets/reference/app/testing/services.ts";
import { heldAgainst, heldBroken } from "./testing/held_against.ts";

const RESOURCES = ["invoice", "project", "file", "time-entry", "announcement", "notification"];
const OTHERS = ["online", "viewing-an-invoice", "metrics"];
const ALL = [...RESOURCES, ...OTHERS].map((name) => `application/${name}`);

describe("the client portal that its file describes", () => {
  it("is found right on SQLite by every scenario that its file comes to", async () => {
    const { code, err, others } = await heldAgainst("reference-portal", ALL, {});
    assertEquals([code, others], [0, []], err);
  });

  for (
    const [fault, what, scenarios, wanted] of [
      ["everyone-authorized", "strangers who hear", ["invoice/hearers", "notification/hearers"], [
        "APP-028",
      ]],
      [
        "making-untold",
        "what is made and told to nobody",
        ["invoice/made", "file/made", "time-entry/made", "notification/made"],
        ["APP-406"],
      ],
      ["activity-for-all", "a feed that everybody sees", [
        "invoice/client-activity-readers",
        "invoice/all-activity-readers",
      ], ["APP-413"]],
      [
        "lists-for-all",
        "lists that have what is others'",
        ["invoice/listed", "notification/listed"],
        ["APP-413"],
      ],
      ["comments-counted-ahead", "an event that counts more than is there", ["project/events"], [
        "APP-407",
      ]],
      ["activity-of-others", "a feed that mixes clients", ["invoice/client-activity-readers"], [
        "APP-413",
      ]],
      ["lost-outbox", "lost events", ["notification/events"], ["APP-406"]],
    ] as const
  ) {
    it(`is told of ${what}`, async () => {
      const { code, err, failed, others } = await heldBroken("reference-portal", fault, scenarios);
      assertEquals([code, failed], [1, [...wanted]], err);
      // Each of them finds it.
      assertEquals(
        others.toSorted(),
        scenarios.map((one) => `application/${one}: fail`).toSorted(),
      );
    });
  }
});

describe("a client portal that tells late what it tells", () => {
  it("is accused of nothing, though its events tell of several transitions", async () => {
    const scenarios = ["invoice/missed/**", "invoice/events"];
    const { code, err, others } = await heldBroken("reference-portal", "told-late", scenarios);
    assertEquals([code, others], [0, []], err);
  });
});

const skip = await withoutServices();
describe("the client portal on PostgreSQL, with its queue in Redis", { skip }, () => {
  let services: TestServices | undefined;
  beforeAll(async () => void (services = await startTestServices()));
  afterAll(() => services?.stop());

  it("is found right by scenarios of invoices, notifications, who is online and figures", async () => {
    const some = ["invoice", "notification", "online", "metrics"].map((one) =>
      `application/${one}`
    );
    const { code, err, others } = await heldAgainst("reference-portal", some, {
      APPLICATION_DATABASE: services?.postgres ?? "",
      APPLICATION_QUEUE: services?.redis ?? "",
      APPLICATION_PROCESSES: "2",
    });
    assertEquals([code, others], [0, []], err);
  });
});
