import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseRecord, readRecord, RecordError } from "./read.ts";
import { killedLines, sampleLines, sampleRun } from "../../../reports/testing/sample.ts";

describe("a record read back", () => {
  it("gathers each scenario with its evidence and verdict", async () => {
    const view = await sampleRun();
    assertEquals(view.cases.map((of) => of.result?.verdict), ["pass", "fail", "skip"]);
    assertEquals(view.cases.map((of) => of.evidence.length), [10, 8, 0]);
    assertEquals(view.finish?.complete, true);
  });

  it("takes the last verdict of a scenario", async () => {
    const id = "webhooks/signature/is-right";
    const late = { line: "verdict", id, verdict: "fail", durationMs: 1, checks: [] };
    const view = await parseRecord([...sampleLines(), JSON.stringify(late)]);
    assertEquals(view.cases.find((of) => of.attempt.id === id)?.result?.verdict, "fail");
  });

  it("keeps apart what belongs to no scenario", async () => {
    const started = { line: "evidence", seq: 99, t: 0, case: "", kind: "note", text: "up" };
    const view = await parseRecord([...sampleLines(), JSON.stringify(started)]);
    assertEquals(view.apart.map((event) => event.seq), [99]);
  });

  it("reads a killed run up to its torn last line", async () => {
    const view = await parseRecord(killedLines());
    assertEquals(view.finish, undefined);
    assertEquals(view.cases.at(-1)?.result, undefined);
  });

  it("takes Unicode's line separators for text, not for the end of a line", async () => {
    const path = await Deno.makeTempFile();
    const note = {
      line: "evidence",
      seq: 99,
      t: 0,
      case: "",
      kind: "note",
      text: "a\u2028b\u2029c",
    };
    try {
      await Deno.writeTextFile(path, [...sampleLines(), JSON.stringify(note)].join("\n"));
      const { apart } = await readRecord(path);
      assertEquals(apart.map((event) => event.kind === "note" && event.text), [note.text]);
    } finally {
      await Deno.remove(path);
    }
  });

  it("says so when there is no such file", async () => {
    await assertRejects(() => readRecord("no-such-record.jsonl"), RecordError, "cannot be read");
  });

  it("reads from a file", async () => {
    const path = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(path, sampleLines().join("\n"));
      assertEquals(await readRecord(path), await sampleRun());
    } finally {
      await Deno.remove(path);
    }
  });

  it("refuses a line that is torn in the middle", async () => {
    const [first, ...rest] = sampleLines();
    const torn = [first ?? "", '{"line":', ...rest];
    await assertRejects(() => parseRecord(torn), RecordError, "line 2 is not JSON");
  });

  it("refuses a file that is no record", async () => {
    await assertRejects(() => parseRecord(["{}"]), RecordError, "line 1");
    await assertRejects(() => parseRecord([]), RecordError, "no run line");
  });

  it("refuses a record of a version it does not know", async () => {
    const lines = sampleLines().map((line) =>
      line.replace('"schemaVersion":1', '"schemaVersion":9')
    );
    await assertRejects(() => parseRecord(lines), RecordError, "schema version 9");
  });
});
