import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence } from "./evidence.ts";
import { ERROR_AS_SUCCESS, observationOf } from "./observation.ts";

const answer = (status: number, body: string): Evidence => ({
  seq: 1,
  t: 1,
  case: "a/b",
  kind: "response",
  exchange: 1,
  status,
  headers: {},
  body,
});

describe("what is observed of an answer", () => {
  const observed = (status: number, body: string) => observationOf([1], [answer(status, body)]);

  it("is its status", () => {
    assertEquals(observed(200, '{"ok":true}'), "HTTP 200");
    assertEquals(observed(401, '{"error":"Wrong signature"}'), "HTTP 401");
  });

  it("is that it speaks of an error, where its status speaks of none", () => {
    assertEquals(observed(200, '{"error":"Wrong signature","code":401}'), ERROR_AS_SUCCESS);
  });
});
