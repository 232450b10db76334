import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { parseDocument } from "yaml";
import { derivedScenarios } from "../cli/derived_scenarios.ts";
import { root } from "../cli/testing.ts";
import { readSource } from "../language/source.ts";
import { loadApplication, readApplication } from "./file.ts";

const text = await Deno.readTextFile(join(root, "targets/applications/ticket-desk.yaml"));

/** The scenarios of the ticket desk's file without these parts, by what follows `application/`. */
function scenariosWithout(...parts: readonly string[]) {
  const document = parseDocument(text);
  // What people keep alive and what is told at intervals have scenarios of their own.
  for (const part of ["leases", "figures", ...parts]) document.deleteIn(part.split("."));
  const source = readSource("desk.yaml", document.toString({ verifyAliasOrder: false }));
  return derivedScenarios(readApplication(source, () => undefined));
}
const names = (...parts: readonly string[]) =>
  scenariosWithout(...parts).map(({ id }) => id.replace("application/", ""));

describe("scenarios from what a file declares", () => {
  it("are named after the resource and what is asked of it", () => {
    assertEquals(names("resources.slot"), [
      "ticket/claimed-once",
      "ticket/resolved-once",
      "ticket/open-once",
      "ticket/claim-from-its-states",
      "ticket/claim-twice",
      "ticket/claim-by-its-people",
      "ticket/resolve-from-its-states",
      "ticket/resolve-twice",
      "ticket/resolve-by-its-people",
      "ticket/reopen-from-its-states",
      "ticket/reopen-twice",
      "ticket/reopen-by-its-people",
      "ticket/readers",
      "ticket/listed",
      "ticket/hearers",
      "ticket/secrets",
      "ticket/events",
      "ticket/missed/closed",
      "ticket/missed/reset",
      "ticket/missed/half-closed",
      "ticket/log-entries",
      "ticket/log-readers",
      "ticket/log-told",
      "ticket/log-missed",
      "access/login/agent",
    ]);
  });

  it("ask nothing about what it leaves out", () => {
    const left = names(
      "resources.slot",
      "resources.ticket.events",
      "resources.ticket.feeds",
      "resources.ticket.list.by",
      "resources.ticket.secrets",
      "resources.ticket.transitions.claim.json", // it sends one
      "resources.ticket.channels",
      "resources.ticket.transitions.resolve",
      "resources.ticket.transitions.reopen",
    );
    assertEquals(left, [
      "ticket/claimed-once",
      "ticket/claim-from-its-states",
      "ticket/claim-twice",
      "ticket/claim-by-its-people",
      "ticket/readers",
      "access/login/agent",
    ]);
  });

  it("listen by somebody who may hear, and not by a reader who may not", () => {
    const document = parseDocument(text);
    const channels = ["resources", "ticket", "channels", "private-ticket.${id}"];
    document.setIn(channels, ["agent"]);
    const source = readSource("desk.yaml", document.toString({ verifyAliasOrder: false }));
    const scenarios = derivedScenarios(readApplication(source, () => undefined));
    const events = scenarios.find(({ id }) => id === "application/ticket/events");
    const steps = JSON.stringify(events?.steps);
    assertEquals([steps.includes('"anAgent"'), steps.includes("aAgent")], [false, true]);
    assertEquals(/"who":"owner"[^}]*"verb":"(learns|heardAll)"/.test(steps), false);
    const missed = scenarios.filter(({ id }) => id.includes("ticket/missed"));
    assertEquals(missed, [], "whom the page belongs to hears nothing of it");
  });

  it("follow an earlier one where a file says that the making of one is told", () => {
    const document = parseDocument(text);
    document.setIn(["resources", "slot", "events", "SlotChanged", "channel"], "slots");
    document.setIn(["resources", "slot", "events", "SlotChanged", "after"], ["create"]);
    const source = readSource("desk.yaml", document.toString({ verifyAliasOrder: false }));
    const scenarios = derivedScenarios(readApplication(source, () => undefined));
    assertEquals(scenarios.some(({ id }) => id === "application/slot/made"), true);
  });

  it("are about what people keep alive and what is told at intervals, where the file says so", () => {
    const all = derivedScenarios(readApplication(readSource("desk.yaml", text), () => undefined));
    const rest = all.filter(({ id }) => /^application\/(at-the-desk|queue)\//.test(id));
    assertEquals(rest.map(({ id }) => id.replace("application/", "")), [
      "at-the-desk/kept",
      "at-the-desk/readers",
      "at-the-desk/hearers",
      "queue/told",
      "queue/open-computed",
      "queue/resolved-computed",
      "queue/readers",
      "queue/hearers",
    ]);
  });

  it("are none without resources", () => {
    assertEquals(names("resources"), []);
  });

  it("race a quantity to each of its bounds", () => {
    assertEquals(names("resources.ticket").filter((name) => name.includes("never")), [
      "slot/seats-never-below-0-by-book",
      "slot/seats-never-above-3-by-cancel",
    ]);
  });

  it("open a page where the file has one, in a browser", async () => {
    assertEquals(names().filter((name) => name.includes("page")), []);
    const file = await loadApplication(
      join(root, "targets/applications/reference-declared.yaml"),
      () => undefined,
    );
    const pages = derivedScenarios(file).filter(({ family }) => family.endsWith("/page"));
    assertEquals(pages.map(({ id, fullOnly }) => [id, fullOnly]), [
      ["application/lot/page/reset", true],
      ["application/lot/page/closed", true],
    ]);
  });

  it("raise what rises, and send again what has a key", () => {
    const own = /rises|with-one-key|tapped/;
    assertEquals(names("resources.ticket").filter((name) => own.test(name)), [
      "slot/raise-rises",
      "slot/price-only-rises-by-raise",
      "slot/raise-with-one-key",
      "slot/raise-tapped",
    ]);
    const without = names(
      "resources.ticket",
      "resources.slot.transitions.raise.sets",
      "resources.slot.transitions.raise.key",
    );
    assertEquals(without.filter((name) => own.test(name)), []);
  });

  it("need a signature only where a channel is closed", () => {
    const needs = scenariosWithout().filter(({ needs }) =>
      needs.includes("application.authorizeChannel")
    ).map(({ id }) => id.split("/")[1]);
    assertEquals([...new Set(needs)], ["ticket"]);
  });

  it("stand where the file has the resource", () => {
    const [ticket] = scenariosWithout("resources.slot");
    const line = text.split("\n").findIndex((one) => one === "  ticket:");
    assertEquals(ticket?.file, "desk.yaml");
    assertEquals(Math.abs((ticket?.line ?? 0) - line) <= 2, true);
  });
});
