import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { UsageError } from "../record/usage_error.ts";
import type { CheckOptions } from "./check_options.ts";
import { isLoopback } from "../wire/loopback.ts";
import { requireAllowed } from "./disruption.ts";
import { prepare } from "./prepare.ts";
import { plumbline, root, withFolder } from "./testing.ts";
import { targetFile } from "./testing/target_file.ts";

const options = (target: string, ids: readonly string[]): CheckOptions => ({
  root: root.replace(/\/$/, ""),
  target,
  start: false,
  spread: false,
  clients: false,
  out: "",
  failOn: "must",
  requireAll: false,
  failOnRetry: false,
  seed: 1,
  bail: false,
  allowDisruption: false,
  suites: [],
  ids,
  requirements: [],
  depth: "quick",
});

/** A plan of these scenarios for a server on this host. */
const planFor = (host: string, ids: readonly string[]) =>
  withFolder(async (folder) => {
    const place = { host, port: 8080 };
    return await prepare(
      options(await targetFile(folder, { websocket: place, api: place }), ids),
    );
  });

const DISRUPTIVE = "robustness/malformed";
const allowing = (allowDisruption: boolean) => ({ depth: "quick" as const, allowDisruption });

describe("a check of a host that is not this machine", () => {
  it("is refused where nobody can be asked, with the option that allows it", async () => {
    const plan = await planFor("ws.example.com", [DISRUPTIVE]);
    const error = assertThrows(
      () => requireAllowed(plan, allowing(false), undefined),
      UsageError,
      "ws.example.com is not this machine, and others may use it. This check has 14 scenarios " +
        "that may bring the server down: add --allow-disruption to go on",
    );
    assertEquals(error.code, "PLB_NOT_ALLOWED");
    requireAllowed(plan, allowing(true), undefined);
  });

  it("asks on a terminal, and takes the answer", async () => {
    const plan = await planFor("ws.example.com", [DISRUPTIVE]);
    const asked: string[] = [];
    const answering = (answer: boolean) => (question: string) => {
      asked.push(question);
      return answer;
    };
    requireAllowed(plan, allowing(false), answering(true));
    assertThrows(() => requireAllowed(plan, allowing(false), answering(false)), UsageError);
    assertEquals(asked.length, 2);
    assertStringIncludes(asked[0] ?? "", "may bring the server down. Go on?");
  });

  it("is not asked about where nobody would notice it, nor on this machine", async () => {
    const never = () => {
      throw new Error("asked");
    };
    const harmless = await planFor("ws.example.com", ["auth/private/signed-for-another-socket"]);
    requireAllowed(harmless, allowing(false), never);
    requireAllowed(await planFor("127.0.0.1", [DISRUPTIVE]), allowing(false), never);
  });

  it("knows this machine by the names that are kept for it", () => {
    for (const host of ["localhost", "app.localhost", "127.0.0.1", "127.1.2.3", "::1"]) {
      assert(isLoopback(host), host);
    }
    for (const host of ["localhost.example.com", "128.0.0.1", "0.0.0.0", "ws.example.com", "::2"]) {
      assert(!isLoopback(host), host);
    }
  });
});

describe("check --plan", () => {
  it("says what would be done, and opens nothing", () =>
    withFolder(async (folder) => {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const place = { port: listener.addr.port };
      const target = await targetFile(folder, { websocket: place, api: place });
      const out = join(folder, "out");
      const { code, err } = await plumbline([
        ...["check", "--target", target, "--scenario", DISRUPTIVE],
        ...["--scenario", "whispers/delivery/to-every-other", "--plan", "--out", out],
      ]);
      assertEquals(code, 0, err);
      assertStringIncludes(err, "Nothing was opened.");
      assertStringIncludes(err, "robustness/malformed: may bring the server down (14 scenarios)");
      // Nobody is waiting in the listener's queue: a connection of ours is the first.
      const own = await Deno.connect(place);
      const first = await listener.accept();
      assertEquals(first.remoteAddr, own.localAddr);
      first.close();
      own.close();
      const written = await Deno.stat(out).catch(() => undefined);
      assertEquals(written, undefined, "a plan writes nothing");
    }));
});
