import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root, withFolder } from "../cli/testing.ts";
import { loadTarget } from "../../targets/file.ts";
import { ENGINES } from "./engines.ts";
import { runLoad } from "./load.ts";
import { loadScenario } from "./scenarios.ts";
import { latencyOf } from "../record/load/phases.ts";

/** All that a scenario can say, with as few people as it takes. */
const EVERYTHING = `version: 1
name: everything
title: A bit of everything
channels:
  news: { kind: public }
  orders: { kind: private, count: 6 }
  rooms: { kind: presence, count: 2 }
  letters: { kind: encrypted, count: 3 }
clients:
  readers: { count: 10, connect: 100/s, join: news }
  customers: { count: 12, connect: 100/s, join: orders, each: 2, zipf: 1 }
  people: { count: 8, connect: 100/s, join: rooms, whisper: { rate: 1/s, bytes: 80 } }
  friends: { count: 6, connect: 100/s, join: letters }
  passers-by: { count: 4, connect: 100/s, join: news, visits: { stay: 700ms, away: 300ms } }
  old phones: { count: 2, connect: 100/s, join: news, slow: { pause: 300ms, every: 1s } }
  idlers: { count: 3, connect: 100/s }
publish:
  - { event: NewsPublished, to: news, rate: 5/s, bytes: 200 }
  - { event: OrderShipped, to: orders, rate: 20/s, payload: order.json, batch: 4 }
  - { event: Said, to: rooms, rate: 4/s, bytes: 100 }
  - { event: LetterCame, to: letters, rate: 6/s, payload: order.json }
phases:
  - { name: warm-up, for: 500ms, measured: false }
  - { name: day, for: 2s, rate: 2 }
  - { name: deployment, for: 3s, drop: 30% }
reconnect: { after: 200ms }
settle: 8s
objectives: [delivered >= 100%, recover p99 <= 30s, whisper p99 <= 30s, duplicated == 0]
`;
const ORDER =
  '{ "order": { "id": 4711, "note": "fragile: $stamp", "lines": [{ "sku": "A-1" }] } }\n';

const built = await Deno.stat(join(root, ".cache/k6/k6")).then(() => true, () => false);

describe("whatever a scenario says is carried out and comes to whom it should", () => {
  for (const engine of ENGINES) {
    it(`by ${engine}`, {
      skip: engine === "k6" && !built ? "k6 is not built: deno task k6:build" : false,
    }, async () => {
      await withFolder(async (folder) => {
        await Deno.writeTextFile(join(folder, "everything.yaml"), EVERYTHING);
        await Deno.writeTextFile(join(folder, "order.json"), ORDER);
        const { load, exitCode } = await runLoad({
          root,
          scenario: await loadScenario(join(folder, "everything.yaml"), folder, []),
          scale: 1,
          target: await loadTarget(join(root, "targets/reference.yaml"), { started: true }),
          start: true,
          engine,
          out: folder,
          allowGeneratorBound: true,
          signal: new AbortController().signal,
        });
        const { phases } = load.measurements;
        assertEquals(load.findings, []);
        assertEquals(load.objectives.map(({ verdict }) => verdict), ["met", "met", "met", "met"]);
        // Requests: 5, 5 (of four events each), 4 and 6 a second, for 0.5 s, 2 s of twice that, 3 s.
        assertEquals(latencyOf(phases, "answer")?.totalCount, 38 + 38 + 30 + 45);
        assertEquals((latencyOf(phases, "recover")?.totalCount ?? 0) > 10, true);
        assertEquals(exitCode, 0);
      });
    });
  }
});
