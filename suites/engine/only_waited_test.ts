import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence, Happening } from "../record/evidence.ts";
import { onlyWaited } from "./only_waited.ts";

const sent: Happening = { kind: "sent", socket: "ana#1", opcode: "text", text: "{}", bytes: 2 };
const cut: Happening = { kind: "closed", socket: "ana#1", by: "target", code: 1006, reason: "" };
const died: Happening = { kind: "server", what: "died", detail: "it ended" };

/** What happened, each with the second in which it did. */
const told = (
  ...happenings: readonly (readonly [number, Happening])[]
): { events: Evidence[] } => ({
  events: happenings.map(([second, happening], seq) => ({
    seq,
    t: second * 1000,
    case: "a/b/c",
    ...happening,
  })),
});

describe("a scenario whose server died", () => {
  it("cannot have ended it where it only waited", () =>
    assertEquals(onlyWaited(told([1, sent], [9, cut], [9, died])), true));

  it("may have ended it with what it sent just before", () =>
    assertEquals(onlyWaited(told([1, sent], [8.5, sent], [9, cut], [9, died])), false));

  it("may have ended it where nothing tells when the server died", () =>
    assertEquals(onlyWaited(told([1, sent])), false));
});
