import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { type Catalogue, CatalogueError, loadCatalogue } from "./catalogue.ts";
import type { Requirement } from "../record/requirement.ts";

const root = dirname(dirname(dirname(fromFileUrl(import.meta.url))));
const catalogue = await loadCatalogue(root);

/** The rows of the protocol; those of applications are this project's own. */
const protocol = catalogue.requirements.filter(({ id }) => id.startsWith("P-"));

function count(holds: (row: Requirement) => boolean): number {
  return protocol.filter(holds).length;
}

function idsOf(holds: (row: Requirement) => boolean): string[] {
  return protocol.filter(holds).map((row) => row.id);
}

describe("the requirement catalogue", () => {
  it("holds P-001 to P-336, none missing, in order", () => {
    const expected = Array.from({ length: 336 }, (_, i) => `P-${String(i + 1).padStart(3, "0")}`);
    assertEquals(protocol.map((row) => row.id), expected);
  });

  it("is as long as README says", async () => {
    const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
    assertStringIncludes(readme, `against ${protocol.length} numbered requirements`);
  });

  it("counts as many rows of each level and basis as the source does", () => {
    const table = { must: [8, 184, 13, 53], should: [8, 26, 11, 22], may: [2, 0, 0, 0] };
    for (const [level, counts] of Object.entries({ ...table, info: [0, 7, 2, 0] })) {
      const found = ["E", "D", "O", "X"].map((basis) =>
        count((row) => row.level === level && row.basis === basis)
      );
      assertEquals(found, counts, level);
    }
  });

  it("counts as many rows of each role as the source does", () => {
    const roles = (["S", "H", "C", "W", "A"] as const).map((role) =>
      count((row) => row.roles.includes(role))
    );
    assertEquals(roles, [206, 76, 28, 22, 18]);
  });

  it("spreads over nineteen headings", () => {
    assertEquals(new Set(protocol.map((row) => row.section)).size, 19);
  });

  it("counts hosted quotas apart", () => {
    assertEquals(idsOf((row) => row.score === "limits"), [
      ...["P-129", "P-131", "P-154", "P-171", "P-206", "P-207"],
      ...["P-210", "P-211", "P-212", "P-213", "P-214"],
    ]);
  });

  it("scores nothing that merely informs", () => {
    assertEquals(count((row) => row.score === "none"), 11);
    assertEquals(count((row) => row.level === "may" || row.level === "info"), 11);
  });

  it("knows the rows that only a probe of the hosted service settles", () => {
    assertEquals(
      idsOf((row) => row.live),
      ["P-006", "P-025", "P-035", "P-160", "P-232", "P-242", "P-255", "P-272"],
    );
  });

  it("demotes whole rows only where the register says so", () => {
    assertEquals(idsOf((row) => row.demoted === true), ["P-114", "P-150", "P-207", "P-257"]);
  });

  it("resolves every ambiguity a row names", () => {
    const named = catalogue.requirements.flatMap((row) => row.ambiguities);
    assertEquals(named.filter((id) => catalogue.ambiguity(id) === undefined), []);
    assertEquals(named.length, 10);
  });

  it("offers subscription counts only to targets that claim them", () => {
    assertEquals(
      idsOf((row) => row.optIn === "subscription-count"),
      ["P-176", "P-177", "P-178", "P-179", "P-180", "P-181"],
    );
  });

  it("finds a row by its id", () => {
    assertEquals(catalogue.find("P-120")?.section, "Presence channels");
    assertEquals(catalogue.find("P-999"), undefined);
  });
});

describe("a catalogue that is not whole", () => {
  async function loadAfter(change: (folder: string) => Promise<void>): Promise<Catalogue> {
    const copy = await Deno.makeTempDir();
    try {
      const from = join(root, "scenarios", "requirements");
      const to = join(copy, "scenarios", "requirements");
      await Deno.mkdir(to, { recursive: true });
      for await (const { name } of Deno.readDir(from)) {
        await Deno.copyFile(join(from, name), join(to, name));
      }
      await change(to);
      return await loadCatalogue(copy);
    } finally {
      await Deno.remove(copy, { recursive: true });
    }
  }

  async function rewrite(path: string, change: (text: string) => string): Promise<void> {
    await Deno.writeTextFile(path, change(await Deno.readTextFile(path)));
  }

  it("is refused when an id comes twice", async () => {
    const change = (folder: string) =>
      rewrite(join(folder, "11-subscription-count.yaml"), (text) => text.replace("P-177", "P-176"));
    await assertRejects(() => loadAfter(change), CatalogueError, "P-176 is there twice");
  });

  it("is refused when a row is missing", async () => {
    const change = (folder: string) => Deno.remove(join(folder, "19-client-state-machine.yaml"));
    await assertRejects(() => loadAfter(change), CatalogueError, "P-311 is missing");
  });

  it("is refused when a row has a key nobody reads, and the file is named", async () => {
    const change = (folder: string) =>
      rewrite(join(folder, "17-webhooks.yaml"), (text) => text.replace("    level:", "    lvel:"));
    await assertRejects(() => loadAfter(change), CatalogueError, "17-webhooks.yaml");
  });

  it("is refused when the register demotes a row that does not name it", async () => {
    const change = (folder: string) =>
      rewrite(join(folder, "ambiguities.yaml"), (text) => text.replace("P-114", "P-115"));
    await assertRejects(() => loadAfter(change), CatalogueError, "P-114 names A7");
  });
});
