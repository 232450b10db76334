/** A release of a server under a gate: its baseline, a fix, what the fix uncovers, a new failure. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { reportSchema } from "../../reports/check/json.ts";
import { freePort, type ServerProcess, startServer } from "../../targets/start.ts";
import { loadTarget } from "../../targets/file.ts";
import type { Target } from "../../targets/target.ts";
import { readExpected } from "../engine/expected.ts";
import { loadSource } from "../language/source.ts";
import { EXIT } from "../record/exit_code.ts";
import type { Break } from "../faults/break.ts";
import { BREAKS } from "../faults/breaks.ts";
import { startProxy } from "../faults/proxy.ts";
import { toTarget } from "../faults/rules.ts";
import { refuse } from "../faults/subscribing.ts";
import { plumbline, root } from "./testing.ts";
import { targetFile } from "./testing/target_file.ts";

/** The scenarios that the gate runs. */
const GATE = [
  "cache/channels/kinds/cache",
  "cache/channels/last-event-first",
  "cache/misses/every-time",
  "cache/misses/not-on-other-channels",
  "protocol/heartbeat/pusher-ping",
]
  .flatMap((id) => ["--scenario", id]);

const CLOSED: Break = {
  name: "cache-closed",
  title: "Cache channels are refused.",
  violates: [],
  rules: [
    toTarget({ event: "pusher:subscribe", channel: /cache-/ }, refuse(4300, "Invalid message")),
  ],
};
const named = (name: string) => BREAKS.filter((one) => one.name === name);

describe("a server under a gate", () => {
  let folder: string;
  let target: Target;
  let server: ServerProcess;
  let baseline: string;

  /** Checks the server with these faults. */
  async function released(breaks: readonly Break[], ...args: readonly string[]) {
    const proxy = await startProxy({
      upstream: server.endpoints,
      apps: Object.values(target.apps),
      breaks,
    });
    try {
      const { host, port } = proxy;
      const file = await targetFile(folder, {
        websocket: { host, port },
        api: { host, port },
        // What these servers leave out never comes: waiting long for it would only take time.
        more: "settles: 1s",
      });
      const out = join(folder, "out");
      const ran = await plumbline([
        ...["check", "--target", file, ...GATE, "--out", out],
        ...["--junit", join(out, "junit.xml"), "--annotations", join(out, "annotations")],
        ...args,
      ]);
      const text = (name: string) => Deno.readTextFile(join(out, name));
      const report = reportSchema.parse(JSON.parse(await text("report.json")));
      return { ran, report, junit: await text("junit.xml"), notes: await text("annotations") };
    } finally {
      await proxy.close();
    }
  }

  beforeAll(async () => {
    folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
    baseline = join(folder, "baseline", "expected.yaml");
    target = await loadTarget(join(root, "targets", "reference.yaml"), { started: true });
    server = await startServer(target, `http://127.0.0.1:${freePort()}`);
    const { ran } = await released([CLOSED], "--write-expected", baseline);
    assertEquals(ran.code, EXIT.failed);
    assertStringIncludes(ran.err, `${baseline} expects 1 cause from now on`);
  });

  afterAll(async () => {
    await server.stop("SIGKILL");
    await Deno.remove(folder, { recursive: true });
  });

  it("has one entry for the cause, and none for what it blocks", async () => {
    const entries = readExpected(await loadSource(baseline));
    assertEquals(entries.map(({ requirement, observation }) => [requirement, observation]), [
      ["P-076", "pusher:error 4300"],
    ]);
    assertEquals(entries[0]?.blocks?.["P-152"]?.includes("cache/misses/every-time"), true);
  });

  it("passes as it was: every report says expected, and none says failed", async () => {
    const { ran, report, junit, notes } = await released([CLOSED], "--expected", baseline);
    assertEquals(ran.code, EXIT.ok);
    assertMatch(ran.err, /^expected: 1 cause of P-076$/m);
    assertMatch(ran.err, /^Nothing failed; 1 expected$/m);
    assertEquals(/^(fail|New)/m.test(ran.err), false);
    assertEquals(report.baseline, { file: baseline, new: [], stale: [] });
    assertEquals(report.causes.map(({ verdict }) => verdict), ["expected"]);
    assertMatch(junit, /failures="0" errors="0"/);
    assertMatch(junit, /<skipped message="P-076 \(expected\): [^"]+ expected: pusher:error 4300/);
    assertEquals(notes, "");
  });

  it("fails by name where something new is broken, on the last lines and in one annotation", async () => {
    const { ran, report, notes } = await released(
      [CLOSED, ...named("pusher-ping-unanswered")],
      "--expected",
      baseline,
    );
    assertEquals(ran.code, EXIT.failed);
    assertMatch(ran.err, /^New: 1 requirement failed, 1 expected$/m);
    const last = ran.err.trimEnd().split("\n").slice(-2);
    assertEquals(last, [
      `New, and not in ${baseline}: 1 requirement broken (1 check)`,
      "  P-038 in protocol/heartbeat/pusher-ping: nothing came",
    ]);
    assertEquals(report.baseline?.new.map(({ requirement }) => requirement), ["P-038"]);
    assertMatch(notes, /^::error [^\n]+title=P-038 in protocol\/heartbeat\/pusher-ping::[^\n]+\n$/);
  });

  it("fails where a fix uncovers what its cause had blocked, and names the fix", async () => {
    const { ran, report } = await released(named("cache-miss-always"), "--expected", baseline);
    assertEquals(ran.code, EXIT.failed);
    assertMatch(
      ran.err,
      /^ {2}P-152 \(uncovered by the fix of P-076\) in cache\/misses\/every-time and 1 scenario more: pusher:cache_miss$/m,
    );
    assertEquals(
      report.baseline?.new.find(({ case: id, requirement }) =>
        id === "cache/misses/every-time" && requirement === "P-152"
      )?.uncoveredBy,
      "P-076",
    );
    assertEquals(report.baseline?.stale.map(({ requirement }) => requirement), ["P-076"]);
  });
});
