import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence, Happening } from "../record/evidence.ts";
import { readSource } from "../language/source.ts";
import { differencesOf } from "./differences.ts";
import { observationsOf } from "./observations.ts";
import { generalised, knownAs, readRegister } from "./register.ts";

const END = "-ab12-001";

/** Evidence of one server: what was done, and what came of it. */
function seen(...happenings: readonly Happening[]) {
  const events = happenings.map((one, seq): Evidence => ({ seq, t: seq, case: "a", ...one }));
  return observationsOf(events, END);
}
const step = (who: string, params: unknown): Happening => ({
  kind: "step-begin",
  step: 0,
  turn: 0,
  who,
  params,
});
const came = (who: string, message: unknown): Happening => ({
  kind: "received",
  socket: `${who}#1`,
  opcode: "text",
  text: JSON.stringify(message),
  bytes: 1,
});
const greeted = (who: string, id: string): Happening[] => [
  step(who, { connects: null }),
  came(who, {
    event: "pusher:connection_established",
    data: JSON.stringify({ socket_id: id, activity_timeout: Number(id) }),
  }),
];
const asks = step("ana", { asksFor: "presence-a", user: "ana" });
const succeeded = (data: unknown): Happening =>
  came("ana", {
    event: "pusher_internal:subscription_succeeded",
    channel: `presence-a${END}`,
    data: JSON.stringify(data),
  });
const event = (name: string, who = "ana"): Happening =>
  came(who, { event: name, channel: `presence-a${END}`, data: "x" });

const shortOf = (targets: Parameters<typeof differencesOf>[0]) =>
  differencesOf(targets).map(({ when, seenBy, behaviours }) => ({ when, seenBy, behaviours }));

describe("what servers answer differently", () => {
  it("is not socket ids, times, the order of keys, of members or of two clients' frames", () => {
    const one = seen(
      ...greeted("ana", "1.5"),
      asks,
      succeeded({ presence: { ids: ["a", "b"], count: 2 } }),
      event("sold"),
      event("sold", "ben"),
    );
    const other = seen(
      ...greeted("ana", "2.7"),
      asks,
      succeeded({ presence: { count: 2, ids: ["b", "a"] } }),
      event("sold", "ben"),
      event("sold"),
    );
    assertEquals(shortOf([one, other]), []);
  });

  it("is what only one of them says, and what follows on the channel is a consequence", () => {
    const one = seen(
      asks,
      succeeded({}),
      step("ben", { whispers: "client-a", on: "presence-a" }),
      event("client-a"),
    );
    const other = seen(
      asks,
      came("ana", { event: "pusher:error", data: { code: 4009, message: "no" } }),
      step("ben", { whispers: "client-a", on: "presence-a" }),
    );
    assertEquals(shortOf([one, other]), [{
      when: "asks for a presence channel",
      seenBy: "itself",
      behaviours: ["pusher_internal:subscription_succeeded", "pusher:error 4009"],
    }]);
  });

  it("is what differs within a message, named by its place and not by the names in it", () => {
    const hash = (info: unknown) => ({ presence: { hash: { [`ana${END}`]: info } } });
    assertEquals(
      shortOf([seen(asks, succeeded(hash(null))), seen(asks, succeeded(hash({ a: 1 })))]),
      [{
        when: "asks for a presence channel",
        seenBy: "itself",
        behaviours: [
          "pusher_internal:subscription_succeeded with data.presence.hash.* null",
          "pusher_internal:subscription_succeeded with data.presence.hash.* an object",
        ],
      }],
    );
  });

  it("is a status of the HTTP API, but not the words of an error", () => {
    const call = step("", { method: "GET", path: "/channels/{a}/users" });
    const answer = (status: number, body: string): Happening => ({
      kind: "response",
      exchange: 1,
      status,
      headers: {},
      body,
    });
    assertEquals(shortOf([seen(call, answer(400, "no")), seen(call, answer(400, "never"))]), []);
    assertEquals(shortOf([seen(call, answer(400, "")), seen(call, answer(200, ""))])[0], {
      when: "GET of a public channel/users",
      seenBy: "answer",
      behaviours: ["HTTP 400", "HTTP 200"],
    });
  });
});

describe("the register of known differences", () => {
  const register = readRegister(readSource(
    "differences.yaml",
    `version: 1
differences:
  - when: "asks for*, unsigned"
    seenBy: itself
    does: { one: "pusher:error*", other: nothing, third: nothing }
    requirement: P-095
`,
  ));
  const difference = (when: string, ...behaviours: readonly string[]) => ({
    when,
    seenBy: "itself" as const,
    behaviours,
  });

  it("knows a difference by its situation and by what each target does", () => {
    const known = (when: string, ...behaviours: readonly string[]) =>
      knownAs(difference(when, ...behaviours), ["one", "other"], register)?.requirement;
    assertEquals(
      known("asks for a private channel, unsigned", "pusher:error 4009", "nothing"),
      "P-095",
    );
    assertEquals(known("asks for a private channel", "pusher:error 4009", "nothing"), undefined);
    assertEquals(known("asks for a private channel, unsigned", "nothing", "nothing"), undefined);
    assertEquals(
      knownAs(difference("asks for a, unsigned", "pusher:error", "x"), ["one", "x"], register),
      undefined,
    );
  });

  it("is written with one pattern for the same outcome in several situations", () => {
    const does = { one: "nothing", other: "HTTP 200" };
    const entries = ["asks for a private channel, again", "asks for a public channel, again"].map(
      (when) => ({ when, seenBy: "itself" as const, does }),
    );
    assertEquals(generalised(entries).map(({ when }) => when), ["asks for a*channel, again"]);
  });
});
