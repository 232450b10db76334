/** The application's own page as an observer: in Chromium, of an application that is right or wrong. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root, withFolder } from "../../cli/testing.ts";
import { whyNoChromium } from "../../pages/browser/chromium.ts";

const skip = whyNoChromium();
if (skip !== undefined) console.warn(`Skipped: ${skip}`);

/** An application whose browsers are answered with a state that they were answered with before. */
const CACHED = `
const before = new Map();
const stale = (right) => async (request) => {
  const { pathname } = new URL(request.url);
  // Only browsers say this of their requests.
  const isBrowser = request.headers.has("sec-fetch-mode");
  if (!isBrowser || !/^[/]auctions[/][^/]+$/.test(pathname)) return right(request);
  const body = before.get(pathname) ?? await (await right(request)).text();
  before.set(pathname, body);
  return new Response(body, { headers: { "content-type": "application/json" } });
};
await serveApplication({ answer: stale });
`;

/** Checks the page of an application that this main module starts, beside the reference server. */
function checked(main: string, name = "reference", scenario = "recovery/pages/cut/reset") {
  return withFolder(async (folder) => {
    const app = new URL("../../../targets/reference/app/main.ts", import.meta.url);
    await Deno.writeTextFile(
      join(folder, "main.ts"),
      `import { serveApplication } from "${app}";\n${main}`,
    );
    for (const one of new Set(["reference", name])) {
      const file = await Deno.readTextFile(join(root, "targets", "applications", `${one}.yaml`));
      const named = file.replace("${plumbline}/targets/reference/app/main.ts", `${folder}/main.ts`);
      await Deno.writeTextFile(join(folder, `${one}.yaml`), named);
    }
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", join(root, "main.ts"), "check", "--depth", "full"],
        ...["--scenario", scenario, "--out", folder],
        ...["--application", join(folder, `${name}.yaml`)],
      ],
      cwd: root,
      stdout: "null",
    }).output();
    return { code, err: new TextDecoder().decode(stderr) };
  });
}

describe("the application's own page in Chromium", { skip: skip !== undefined }, () => {
  it("is found right where it fetches what it has missed", async () => {
    const { code, err } = await checked("await serveApplication();");
    assertEquals(code, 0, err);
    assertStringIncludes(err, "1 scenarios, 0 skipped");
  });

  it("is found right, and told where it is stale, as the page of a declared resource", async () => {
    const lot = ["reference-declared", "application/lot/page/reset"] as const;
    const right = await checked("await serveApplication();", ...lot);
    assertEquals(right.code, 0, right.err);
    assertStringIncludes(right.err, "1 scenarios, 0 skipped");
    const stale = await checked(CACHED, ...lot);
    assertEquals(stale.code, 1, stale.err);
    assertStringIncludes(stale.err, "APP-307");
  });

  it("is told of a page that is stale after an outage", async () => {
    const { code, err } = await checked(CACHED);
    assertEquals(code, 1, err);
    assertStringIncludes(err, "APP-307");
  });
});
