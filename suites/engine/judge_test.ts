import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Known } from "../../targets/target.ts";
import type { Requirement } from "../record/requirement.ts";
import type { Evidence, Happening } from "../record/evidence.ts";
import { modelOf } from "../model/model.ts";
import type { Grading } from "./grade.ts";
import { judge } from "./judge.ts";
import { settle } from "./settle.ts";
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

const model = modelOf({
  apps: [{ id: "app-id", key: "app-key", secret: "app-secret" }],
  ordering: "kept",
  owns: () => true,
  settleMs: 0,
  staleMs: 0,
});

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
  model: (events) => model.judge(events),
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
const NO = JSON.stringify({ message: "no" });
const refused = text("received", { event: "pusher:error", data: NO });
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

const dials: Happening = {
  kind: "dial",
  socket: "eve#1",
  url: "ws://127.0.0.1:8080/app/app-key?protocol=7",
};

const holding = stamped([asks, refused, begins, ends]);
const failing = stamped([asks, admitted, begins, ends]);

const checksOf = (events: readonly Evidence[], graded: Grading) =>
  settle([judge(scenario, events, graded)], graded).get(scenario.id)?.checks ?? [];
const verdictOf = (events: readonly Evidence[], graded: Grading) =>
  checksOf(events, graded)[0]?.verdict;

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

  it("quotes what was sent and received, and says in a word what differs", () => {
    const [check] = checksOf(failing, grading());
    assertEquals(check?.quotes, [0, 1]);
    assertEquals(check?.observation, "pusher_internal:subscription_succeeded");
  });
});

describe("a verdict", () => {
  it("is a pass when the check holds", () => {
    assertEquals(verdictOf(holding, grading()), "pass");
  });

  it("changes when a frame comes late", () => {
    assertEquals(verdictOf(stamped([asks, begins, ends, refused]), grading()), "pass");
    assertEquals(verdictOf(stamped([asks, begins, ends, admitted]), grading()), "fail");
  });

  it("fails where nothing says that the request was refused: silence, a crash", () => {
    const closed: Happening = {
      kind: "closed",
      socket: "eve#1",
      by: "target",
      code: 1006,
      reason: "",
    };
    assertEquals(verdictOf(stamped([asks, begins, ends]), grading()), "fail");
    assertEquals(verdictOf(stamped([asks, begins, closed, ends]), grading()), "fail");
    const saysSo: Happening = { ...closed, code: 4009 };
    assertEquals(verdictOf(stamped([asks, begins, saysSo, ends]), grading()), "pass");
  });

  it("is blocked when the scenario ended before", () => {
    const broken = stamped([{
      kind: "broke",
      step: 0,
      reason: "eve was not told pusher:connection_established",
    }]);
    const [check] = checksOf(broken, grading());
    assertEquals(check?.verdict, "blocked");
    assertStringIncludes(check?.message ?? "", "connection_established");
  });

  it("counts what a socket saw that it may not see, whatever the scenario asked", () => {
    const leak = text("received", {
      event: "OrderShipped",
      channel: "private-invoices-run1-000",
      data: "{}",
    });
    const checks = checksOf(stamped([dials, asks, refused, begins, ends, leak]), grading());
    assertEquals(checks.map(({ requirement, verdict }) => [requirement, verdict]), [[
      "P-095",
      "pass",
    ], ["P-081", "fail"]]);
  });

  it("takes no refusal for a delivery, by whatever name it comes", () => {
    for (const event of ["pusher:error", "pusher:subscription_error"]) {
      for (const name of [event, event.replace("pusher", "pusher_internal")]) {
        const told = text("received", { event: name, channel, data: NO });
        const checks = checksOf(stamped([asks, told, begins, ends]), grading());
        assertEquals(checks.map(({ verdict }) => verdict), ["pass"], name);
      }
    }
  });

  it("leaves alone what a socket is told that asked for another protocol", () => {
    const told = text("received", { event: "other:subscribed", channel: "news", data: "{}" });
    const asked = (version: number): Happening => ({
      kind: "dial",
      socket: "eve#1",
      url: `ws://127.0.0.1:8080/app/app-key?protocol=${version}`,
    });
    const accused = (version: number) =>
      checksOf(stamped([asked(version), told]), grading())
        .some(({ requirement }) => requirement === "P-081");
    assertEquals([accused(7), accused(2)], [true, false]);
  });
});
