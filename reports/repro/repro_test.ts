import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence, Happening } from "../../suites/record/evidence.ts";
import { NEAR_MISS_WORDS, nearly } from "../../suites/wire/near_miss.ts";
import { bodyMd5, signChannel, signRequest, signUser } from "../../suites/wire/signature.ts";
import { sliceOf } from "./slice.ts";
import { authExpression, callSignature, signingOf } from "./signatures.ts";
import { statements } from "./steps.ts";
import { literal } from "./text.ts";

const app = { name: "main", id: "7", key: "the-key", secret: "the-secret" };

const evidence = (...happenings: readonly Happening[]): Evidence[] =>
  happenings.map((one, seq) => ({ seq, t: seq, case: "a/b", ...one }));
const received = (socket: string, message: unknown): Happening => ({
  kind: "received",
  socket,
  opcode: "text",
  text: JSON.stringify(message),
  bytes: 1,
});
const sent = (socket: string, message: unknown): Happening => ({
  ...received(socket, message),
  kind: "sent",
} as Happening);
const greeted = (socket: string, id: string): Happening[] => [
  { kind: "dial", socket, url: `ws://127.0.0.1:1/app/${app.key}?protocol=7` },
  { kind: "open", socket },
  received(socket, {
    event: "pusher:connection_established",
    data: JSON.stringify({ socket_id: id, activity_timeout: 30 }),
  }),
];

const program = (
  events: readonly Evidence[],
  names = [] as { text: string; expression: string }[],
) =>
  statements(events, { signing: signingOf(events, [app]), names, prefix: "", beganSeconds: 1000 });

describe("text of a repro file", () => {
  /** What the literal is when the file runs. */
  const run = (source: string): unknown => new Function("run", `return ${source}`)("-new");

  for (
    const text of ["`${x}`", "\\u2028 \\n", "\u2028\u0000\ufeff", "x".repeat(9900), "$$ $`", "é😀"]
  ) {
    it(`is the same text: ${JSON.stringify(text).slice(0, 20)}`, () => {
      assertEquals(run(literal(text, [])), text);
    });
  }

  it("computes what differs in every run", () => {
    const source = literal("chat-c23b-01k!", [{ text: "-c23b-01k", expression: "run" }]);
    assertEquals(run(source), "chat-new!");
  });
});

describe("signatures of a repro file are made anew", () => {
  const events = evidence(...greeted("ana#1", "1.1"), ...greeted("ben#1", "2.2"));
  const signing = signingOf(events, [app]);
  const names = [{ text: "1.1", expression: "ana.id" }, { text: "2.2", expression: "ben.id" }];

  it("for a channel, a user, and another's socket", () => {
    const data = { channel: "private-a", auth: signChannel(app, "2.2", "private-a") };
    assertEquals(
      authExpression(data, signing, names)?.expression,
      "auth(apps.main, `${ben.id}:private-a`)",
    );
    const user = { user_data: '{"id":"1"}', auth: signUser(app, "1.1", '{"id":"1"}') };
    assertEquals(
      authExpression(user, signing, names)?.expression,
      'auth(apps.main, `${ana.id}::user::{"id":"1"}`)',
    );
  });

  it("and what has nothing to do with one stays as it was", () => {
    const data = { channel: "private-a", auth: `the-key:${"0".repeat(64)}` };
    assertEquals(authExpression(data, signing, names), undefined);
  });

  for (const word of NEAR_MISS_WORDS.filter((word) => word !== "nothing")) {
    it(`and are nearly right in the same way: ${word}`, () => {
      const altered = (text: string, places: readonly number[]) =>
        [...text].map((one, at) => places.includes(at) ? (one === "a" ? "b" : "a") : one).join("");
      const right = signRequest(app.secret, "GET", "/apps/7/channels", { a: "1" });
      const given = nearly(right, word);
      const signed = callSignature("GET", "/apps/7/channels", [["a", "1"]], given, [app]);
      const change = new Function("altered", `return ${signed?.change}`)(altered);
      const fresh = signRequest(app.secret, "GET", "/apps/7/channels", { a: "2" });
      const again: string = change(fresh);
      const places = (one: string, other: string) =>
        Array.from(one, (character, at) => character === other[at] ? "." : "x").join("");
      const wanted = nearly(fresh, word);
      if (again !== wanted) assertEquals(places(again, fresh), places(wanted, fresh));
      assertEquals(again === fresh, false);
    });
  }
});

describe("statements of a repro file", () => {
  it("wait for what had come before they send", () => {
    const events = evidence(
      ...greeted("ana#1", "1.1"),
      sent("ana#1", { event: "pusher:ping", data: {} }),
      received("ana#1", { event: "pusher:pong" }),
      { kind: "fault", of: "ana#1", what: "ana#1 resets its connection" },
    );
    assertEquals(program(events), [
      'const ana = await connect("ana", `/app/${apps.main.key}?protocol=7`);',
      "await ana.received(1);",
      'ana.sends(`{"event":"pusher:ping","data":{}}`);',
      "await ana.received(2);",
      "ana.resets();",
    ]);
  });

  it("sign requests anew, and stay as stale as they were", () => {
    const request = (timestamp: number): Happening => {
      const body = "{}";
      const query = {
        auth_key: app.key,
        auth_timestamp: String(timestamp),
        body_md5: bodyMd5(body),
      };
      const signature = signRequest(app.secret, "POST", "/apps/7/events", query);
      const all = Object.entries({ ...query, auth_signature: signature });
      return {
        kind: "request",
        exchange: 1,
        connection: "api",
        method: "POST",
        path: `/apps/7/events?${all.map((pair) => pair.join("=")).join("&")}`,
        headers: {},
        body,
      };
    };
    assertEquals(program(evidence(request(1000))), [
      'call("HTTP 1", apps.main, "POST", `/apps/${apps.main.id}/events`, [["auth_key", apps.main.key], ["auth_timestamp", now()], ["body_md5", hash(`{}`)]], `{}`);',
    ]);
    assertStringIncludes(program(evidence(request(300))).join(), "now(-700)");
  });
});

describe("the slice of a scenario that shows a failure", () => {
  const check = {
    requirement: "P-163",
    level: "must",
    verdict: "fail",
    message: "",
    step: -1,
  } as const;

  it("ends with the failure, and has no fences", () => {
    const events = evidence(
      ...greeted("ana#1", "1.1"),
      sent("ana#1", { event: "client-a", channel: "chat", data: {} }),
      sent("ana#1", { event: "pusher:subscribe", data: { channel: "private-fence-ana-1-x" } }),
      received("ana#1", { event: "client-a", channel: "chat" }),
      sent("ana#1", { event: "client-b", channel: "chat", data: {} }),
    );
    const quoted = events.findIndex(({ kind }, at) => kind === "received" && at > 3);
    assertEquals(
      sliceOf(events, { ...check, quotes: [quoted] }).map(({ seq }) => seq),
      [0, 1, 2, 3, 5],
    );
  });
});
