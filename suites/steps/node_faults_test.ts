import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { openPath, type Path } from "../../targets/path.ts";
import type { ServerProcess } from "../../targets/start.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { befall, isOfPart } from "./node_faults.ts";

/** A server of nodes of which only the paths are used. */
const serverOf = (paths: readonly (Path | undefined)[]) =>
  ({ nodes: paths.map((path) => ({ path })) }) as unknown as ServerProcess; // no more is asked

describe("a fault between nodes", () => {
  it("is one of a part, and not of the whole server", () => {
    for (const is of ["slow", "half-open", "partitioned", "healed", "frozen", "thawed"]) {
      assertEquals(isOfPart({ is }), true, is);
    }
    assertEquals(isOfPart({ is: "down" }), false);
    assertEquals(isOfPart({ is: "down", node: 2 }), true);
    assertEquals(isOfPart({ is: "restarted", service: "broker" }), true);
  });

  it("resets the lines of the one node, and is written down; slow is no excuse", async () => {
    const broker = createServer((socket) => void socket.on("error", () => {}));
    broker.listen(0, "127.0.0.1");
    await once(broker, "listening");
    const { port } = broker.address() as AddressInfo; // it listens on TCP
    const at = { host: "127.0.0.1", port };
    const paths = [await openPath(at), await openPath(at)];
    const lines = paths.map(({ host, port }) => connect({ host, port }).on("error", () => {}));
    await Promise.all(lines.map((line) => once(line, "connect")));
    const [, second] = lines;
    const end = new Promise((resolve) => second?.once("close", resolve));
    const log = openRecorder(() => {}).log("a/b");
    const server = serverOf(paths);
    assertEquals((await befall({ is: "slow", by: "10ms" }, server, log)).outcome, "done");
    assertEquals((await befall({ is: "partitioned", node: 2 }, server, log)).outcome, "done");
    await end;
    assertEquals(lines.map(({ destroyed }) => destroyed), [false, true]);
    assertEquals(log.events.map((event) => event.kind), ["note", "server"]);
    for (const line of lines) line.destroy();
    await Promise.all(paths.map((path) => path.close()));
    broker.close();
  });

  it("cannot befall what Plumbline did not start, nor a node without a path", async () => {
    const log = openRecorder(() => {}).log("a/b");
    const outcomes = [
      await befall({ is: "frozen", node: 2 }, undefined, log),
      await befall({ is: "restarted", service: "broker" }, serverOf([undefined]), log),
      await befall({ is: "slow", by: "1s" }, serverOf([undefined]), log),
    ];
    assertEquals(outcomes.map(({ outcome, detail }) => [outcome, detail]), [
      ["broken", "Plumbline started no node 2"],
      ["broken", "Plumbline started no service broker"],
      ["broken", "the file names no broker that nodes reach by a path"],
    ]);
  });
});
