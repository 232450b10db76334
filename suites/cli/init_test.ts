import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { UsageError } from "../record/usage_error.ts";
import { loadTarget } from "../../targets/file.ts";
import { freePort, startServer } from "../../targets/start.ts";
import { init } from "./init.ts";
import { plumbline, root, withFolder } from "./testing.ts";

/** Answers with these lines; what is asked and said comes back. */
async function answering(file: string, ...lines: readonly string[]): Promise<string> {
  const left = [...lines];
  let said = "";
  await init({ file }, () => Promise.resolve(left.shift()), (text) => said += text);
  return said;
}

describe("init", () => {
  it("writes what it was answered, and leaves the secret to the environment", async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "shop.yaml");
      await answering(file, "shop-2", "https", "ws.example.com", "443", "/ws", "7", "key");
      const environment = (name: string) => name === "SHOP_2_APP_SECRET" ? "hidden" : undefined;
      const { websocket, api, apps } = await loadTarget(file, { started: false, environment });
      const place = { host: "ws.example.com", port: 443, path: "/ws" };
      assertEquals(websocket, { scheme: "wss", ...place });
      assertEquals(api, { scheme: "https", ...place });
      assertEquals(apps.main, {
        name: "main",
        id: "7",
        key: "key",
        secret: "hidden",
        settings: {},
      });
    });
  });

  it("asks again what cannot be, and takes no answer for what it proposes", async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "mine.yaml");
      const said = await answering(file, "", "ftp", "", "http://x", "x");
      assertStringIncludes(said, "http or https [http]: expected http or https.\nhttp or https");
      assertStringIncludes(said, "expected a host such as ws.example.com");
      const environment = (name: string) => name === "MINE_APP_SECRET" ? "hidden" : undefined;
      const { name, websocket } = await loadTarget(file, { started: false, environment });
      assertEquals([name, websocket.host, websocket.port], ["mine", "x", 6001]);
    });
  });

  it("writes over no file", async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "mine.yaml");
      await Deno.writeTextFile(file, "mine");
      await assertRejects(() => answering(file), UsageError, "it is there already");
      assertEquals(await Deno.readTextFile(file), "mine");
    });
  });

  it("is followed by doctor, which says whether the server can be checked", async () => {
    const reference = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
    const server = await startServer(reference, `http://127.0.0.1:${freePort()}`);
    await withFolder(async (folder) => {
      const file = join(folder, "shop.yaml");
      const port = String(server.endpoints.api.port);
      const written = await plumbline(["init", file, "--name", "shop", "--port", port]);
      assertEquals(written.code, 0, written.err);
      assertStringIncludes(written.err, `deno task doctor --target ${file}`);

      const right = await plumbline(["doctor", "--target", file], {
        SHOP_APP_SECRET: "app-secret",
      });
      assertEquals(right.code, 0, right.err);
      assertStringIncludes(right.err, `shop, at http://127.0.0.1:${port}`);
      assertStringIncludes(right.err, "✔ offered  presence channels\n");
      assertStringIncludes(right.err, "– absent   subscription_count events: ");
      assertStringIncludes(right.err, `Next: deno task check --target ${file}`);

      const wrong = await plumbline(["doctor", "--target", file], { SHOP_APP_SECRET: "wrong" });
      assertEquals(wrong.code, 2);
      assertStringIncludes(wrong.err, "secret");
      assert(!wrong.err.includes("offered"), "nothing is said of a server that lets nobody in");

      const unset = await plumbline(["doctor", "--target", file]);
      assertEquals(unset.code, 2);
      assertStringIncludes(unset.err, "SHOP_APP_SECRET is not set");
    }).finally(() => server.stop("SIGKILL"));
  });

  it("has the wrong option said before anything is asked", async () => {
    const { code, err } = await plumbline(["init", "/proc/mine.yaml", "--port", "60x"]);
    assertEquals(code, 2);
    assertStringIncludes(err, "expected a number.");
  });
});
