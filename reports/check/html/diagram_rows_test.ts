import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CaseView } from "../../../suites/record/check/read.ts";
import { sampleRun } from "../../testing/sample.ts";
import { planDiagram } from "./diagram_rows.ts";

const { cases } = await sampleRun();

function planOf(id: string) {
  const of = cases.find((it) => it.attempt.id.startsWith(id));
  if (!of) throw new Error(`the sample has no ${id}`);
  return planDiagram(of);
}

describe("the plan of a sequence diagram", () => {
  it("puts the target between Plumbline's sockets and its HTTP side", () => {
    assertEquals(planOf("auth").lanes, ["eve#1", "target"]);
    assertEquals(planOf("clients").lanes, ["eve#1", "ana#1", "target", "HTTP API", "webhooks"]);
  });

  it("draws each message as an arrow with its event and channel", () => {
    const arrows = planOf("auth").rows.filter((row) => row.row === "arrow")
      .map(({ from, to, label, on }) => [from, to, label, on]);
    assertEquals(arrows, [
      ["eve#1", "target", "connect", ""],
      ["target", "eve#1", "pusher:connection_established", ""],
      ["eve#1", "target", "pusher:subscribe", "private-orders"],
      ["target", "eve#1", "pusher:error", ""],
      ["target", "eve#1", "close 4009", "Unauthorized"],
    ]);
  });

  it("marks what a check quotes", () => {
    const quoted = planOf("auth").rows.filter((row) => row.row === "arrow" && row.quoted);
    assertEquals(quoted.map((row) => row.label), ["pusher:error"]);
  });

  it("sets faults and steps that did not end well across the lanes", () => {
    const faults = planOf("clients").rows.filter((row) =>
      row.row === "band" && row.tone === "fault"
    );
    assertEquals(faults[0]?.label, "the proxy falls silent");
    assertEquals(faults[1]?.label.startsWith("step 1: deadline: "), true);
  });

  it("leaves out what would not fit, and says so", () => {
    const crowd: CaseView = {
      attempt: { line: "case", id: "a/b", suite: "a", title: "", file: "", at: 1, steps: [] },
      evidence: Array.from({ length: 500 }, (_, seq) => ({
        seq,
        t: seq,
        case: "a/b",
        kind: "received",
        socket: `ana#${seq % 20 + 1}`,
        opcode: "text",
        text: "{}",
        bytes: 2,
      })),
    };
    const { lanes, rows } = planDiagram(crowd);
    assertEquals(lanes.length, 7);
    const gaps = rows.filter((row) => row.row === "band").map((row) => row.label);
    assertEquals(gaps, ["98 events not drawn", "14 more sockets not drawn"]);
  });
});
