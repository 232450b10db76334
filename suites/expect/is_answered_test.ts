import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

describe("isAnswered", () => {
  const isAnswered = (answer?: Happening) =>
    judged({
      verb: "isAnswered",
      who: "ana",
      params: { isAnswered: null },
      during: answer ? [answer] : [],
      ended: answer ? { took: [1] } : { outcome: "deadline", detail: "nothing came" },
    }).holds;
  const closed = (code: number): Happening => ({
    kind: "closed",
    socket: "ana#1",
    by: "target",
    code,
    reason: "",
  });
  const refused = (status: number): Happening => ({
    kind: "upgrade-refused",
    socket: "ana#1",
    status,
    body: "",
  });

  it("holds for a greeting, a close code, and a status that says the request is at fault", () => {
    assertEquals(isAnswered(received("ana#1", "pusher:connection_established")), true);
    assertEquals(isAnswered(closed(4001)), true);
    assertEquals(isAnswered(refused(431)), true);
  });

  it("fails when the line breaks, the server is at fault, or nothing comes", () => {
    assertEquals(isAnswered(closed(1006)), false);
    assertEquals(isAnswered(refused(500)), false);
    assertEquals(isAnswered(), false);
  });
});
