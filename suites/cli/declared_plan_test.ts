import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { plumbline, root, withFolder } from "./testing.ts";

const desk = join(root, "targets", "applications", "ticket-desk.yaml");

describe("what an application file comes to", () => {
  it("is listed by check --plan, with what no scenario asks about", () =>
    withFolder(async (folder) => {
      const file = join(folder, "desk.yaml");
      const text = await Deno.readTextFile(desk);
      // An event for the making on a channel of its own, and a first state that nothing leaves.
      const changed = text.replace("states: [open, ", "states: [lost, open, ")
        .replace("after: claim\n", "after: [create, claim]\n");
      await Deno.writeTextFile(file, text);
      const plan = (application: string) =>
        plumbline([
          ...["check", "--application", application, "--scenario", "application/ticket"],
          ...["--plan", "--out", join(folder, "out")],
        ]);
      const all = await plan(file);
      assertEquals(all.code, 0, all.err);
      assertStringIncludes(all.err, "application/ticket/claimed-once  Of many who ask for claim");
      assertEquals(all.err.includes("No scenario asks about"), false, all.err);
      await Deno.writeTextFile(file, changed);
      const less = await plan(file);
      assertStringIncludes(less.err, "No scenario asks about:");
      assertStringIncludes(
        less.err,
        "ticket.claim: no transition leads from a new one to open",
      );
      assertStringIncludes(
        less.err,
        "ticket.TicketClaimed after create: nobody can follow private-ticket.${id} before there is one",
      );
    }));

  it("is listed by scenarios --application", async () => {
    const { code, out, err } = await plumbline([
      ...["scenarios", "--application", "ticket-desk", "--scenario", "application/slot"],
    ]);
    assertEquals(code, 0, err);
    assertStringIncludes(out, "application/slot/seats-never-below-0-by-book");
  });
});
