import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "@std/path";
import { plumbline, root, withFolder } from "../../cli/testing.ts";

const LEAKY = join(root, "targets", "reference", "server", "testing", "leaky_server.ts");

/** What `check` says of a server that keeps what it should forget. */
async function checked(keeps: string) {
  return await withFolder(async (folder) => {
    const file = join(folder, "target.yaml");
    const command = [
      Deno.execPath(),
      ...["run", "--quiet", "--v8-flags=--optimize-for-size", "-A"],
      ...["--config", join(root, "deno.json"), LEAKY, "$host", "$port", keeps],
    ];
    await Deno.writeTextFile(
      file,
      JSON.stringify({
        version: 1,
        name: "leaky",
        title: "A leaky server",
        ordering: "kept",
        websocket: { scheme: "http", host: "127.0.0.1", port: 1 },
        api: { scheme: "http", host: "127.0.0.1", port: 1 },
        apps: { main: { id: "app-id", key: "app-key", secret: "app-secret" } },
        start: { command },
      }),
    );
    const { code, err } = await plumbline(
      ["check", "--target", file, "--start", "--scenario", "protocol/growth/*", "--out", folder],
    );
    return { code, err };
  });
}

describe("what a server keeps is found in a quick check:", () => {
  for (
    const [keeps, requirement, said] of [
      ["connections", "P-307", /bytes for each connection/],
      ["descriptors", "P-307", /descriptors open, and \d+ after/],
      ["events", "P-329", /bytes for each event/],
      ["channels", "P-329", /bytes for each channel/],
    ] as const
  ) {
    it(keeps, async () => {
      const { code, err } = await checked(keeps);
      assertEquals(code, 1, err);
      assertMatch(err, new RegExp(`fail ${requirement} must`));
      assertMatch(err, said);
      assertMatch(err, /^1 requirement failed$/m);
    });
  }
});
