import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Composed } from "../language/application.ts";
import { CannotRun } from "./engine.ts";
import { withoutSecrets } from "./session.ts";

const TOKEN = 'eyJ/"token"=';
const request = (change: Partial<Composed>): Composed => ({
  method: "POST",
  url: "http://127.0.0.1:1/bids",
  headers: {},
  body: "",
  accepted: { where: {} },
  ...change,
});

describe("what a plan says of a request", () => {
  it("is of its headers those that everybody sends alike", () => {
    const headers = { Accept: "application/json", Cookie: "who", "X-Api-Key": "me" };
    const { open, session } = withoutSecrets(request({ headers }), []);
    assertEquals(open.headers, { Accept: "application/json" });
    assertEquals(session.headers, { Cookie: "who", "X-Api-Key": "me" });
  });

  for (
    const [kind, body, readable] of [
      ["a form", `sum=$number&_token=${encodeURIComponent(TOKEN)}`, "sum=$number&_token=${token1}"],
      ["JSON", JSON.stringify({ _token: TOKEN, sum: 1 }), '{"_token":"${token1}","sum":1}'],
    ] as const
  ) {
    it(`is of ${kind} a name where a token stands, and the session has it`, () => {
      const { open, session } = withoutSecrets(request({ body }), ["other-cookie", TOKEN]);
      assertEquals(open.body, readable);
      assertEquals(open.body.replace("${token1}", () => session.words.token1 ?? ""), body);
    });
  }

  it("would be too much where a token stands in the address", () => {
    const url = `http://127.0.0.1:1/bids?token=${encodeURIComponent(TOKEN)}`;
    assertThrows(
      () => withoutSecrets(request({ url }), [TOKEN]),
      CannotRun,
      "in an address: /bids",
    );
  });
});
