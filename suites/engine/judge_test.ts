import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Known } from "../../targets/target.ts";
import type { Requirement } from "../record/requirement.ts";
import type { Evidence, Happening } from "../record/evidence.ts";
import { type Grading, judge } from "./judge.ts";
import { oneCheck } from "./testing.ts";

const scenario = oneCheck();

const channel = "private-orders-run1-000";
const row: Requirement = {
  id: "P-095",
  level: "must",
  basis: "D",
  roles: ["S"],
  score: "conformance",
  section: "Private channels",
  statement: "",
  source: "",
  live: false,
  ambiguities: [],
};

/** Grades with a requirement of this kind; every requirement is the same. */
const grading = (
  change: Partial<Requirement> = {},
  known: readonly Known[] = [],
  claims: readonly string[] = [],
): Grading => ({
  requirement: (id) => ({ ...row, id, ...change }),
  claims,
  known,
  clockOffsetMs: 0,
});

const stamped = (happenings: readonly Happening[]): Evidence[] =>
  happenings.map((happening, seq) => ({ seq, t: seq, case: "auth/a/b", ...happening }));
const text = (kind: "sent" | "received", message: unknown): Happening => ({
  kind,
  socket: "eve#1",
  opcode: "text",
  text: JSON.stringify(message),
  bytes: 1,
});
const asks = text("sent", { event: "pusher:subscribe", data: { channel } });
const admitted = text("received", {
  event: "pusher_internal:subscription_succeeded",
  channel,
  data: "{}",
});
const refused = text("received", { event: "pusher:error", data: "{}" });
const begins: Happening = {
  kind: "step-begin",
  step: 0,
  turn: 0,
  who: "eve",
  params: { isRefused: "private-orders" },
};
const ends: Happening = {
  kind: "step-end",
  step: 0,
  turn: 0,
  outcome: "done",
  took: [],
  facts: { channel },
};

const holding = stamped([asks, refused, begins, ends]);
const failing = stamped([asks, admitted, begins, ends]);

const verdictOf = (events: readonly Evidence[], graded: Grading) =>
  judge(scenario, events, graded).checks[0]?.verdict;

describe("a check that does not hold", () => {
  it("fails for a must, warns for a should, informs for anything weaker", () => {
    assertEquals(verdictOf(failing, grading({ level: "must" })), "fail");
    assertEquals(verdictOf(failing, grading({ level: "should" })), "warn");
    assertEquals(verdictOf(failing, grading({ level: "may" })), "info");
  });

  it("informs where the documents leave the matter open", () => {
    assertEquals(verdictOf(failing, grading({ live: true })), "info");
    assertEquals(verdictOf(failing, grading({ demoted: true })), "info");
  });

  it("is known, not passed, where the target file admits to it", () => {
    const known: Known = {
      requirement: "P-095",
      reason: "on the list for the next release",
      cause: "implementation",
    };
    assertEquals(verdictOf(failing, grading({}, [known])), "known");
    assertEquals(verdictOf(failing, grading({}, [{ ...known, scenario: "auth/other/*" }])), "fail");
  });

  it("warns for a hosted quota, unless the target claims to keep it", () => {
    assertEquals(verdictOf(failing, grading({ score: "limits" })), "warn");
    assertEquals(verdictOf(failing, grading({ score: "limits" }, [], ["P-095"])), "fail");
  });

  it("quotes what was sent and received", () => {
    assertEquals(judge(scenario, failing, grading()).checks[0]?.quotes, [0, 1]);
  });
});

describe("a verdict", () => {
  it("is a pass when the check holds", () => {
    assertEquals(verdictOf(holding, grading()), "pass");
  });

  it("changes when a frame comes late", () => {
    const late = stamped([asks, begins, ends, admitted]);
    assertEquals(verdictOf(stamped([asks, begins, ends]), grading()), "pass");
    assertEquals(verdictOf(late, grading()), "fail");
  });

  it("is a failure, not testable, when the server's behaviour ended the scenario before", () => {
    const broken = stamped([{
      kind: "broke",
      step: 0,
      reason: "eve was not told pusher:connection_established",
    }]);
    const check = judge(scenario, broken, grading()).checks[0];
    assertEquals(check?.verdict, "fail");
    assertStringIncludes(check?.message ?? "", "Not testable");
    assertStringIncludes(check?.message ?? "", "connection_established");
  });

  it("counts what a socket saw that it may not see, whatever the scenario asked", () => {
    const leak = text("received", {
      event: "OrderShipped",
      channel: "private-invoices-run1-000",
      data: "{}",
    });
    const { checks } = judge(scenario, stamped([asks, refused, begins, ends, leak]), grading());
    assertEquals(checks.map(({ requirement, verdict }) => [requirement, verdict]), [[
      "P-095",
      "pass",
    ], ["P-081", "fail"]]);
  });

  it("leaves alone what a socket is told that asked for another protocol", () => {
    const told = text("received", { event: "other:subscribed", channel: "news", data: "{}" });
    const asked = (version: number): Happening => ({
      kind: "dial",
      socket: "eve#1",
      url: `ws://127.0.0.1:8080/app/app-key?protocol=${version}`,
    });
    const accused = (version: number) =>
      judge(scenario, stamped([asked(version), told]), grading()).checks
        .some(({ requirement }) => requirement === "P-081");
    assertEquals([accused(7), accused(2)], [true, false]);
  });
});
