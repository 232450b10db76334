import { assertEquals, assertNotEquals } from "@std/assert";
import { AUTH_SPOILINGS, nearlyAuth } from "./near_auth.ts";

const AUTH = `app-key:${"0123456789abcdef".repeat(4)}`;

Deno.test("whatever is spoilt about an auth value, it is not the right one any more", () => {
  for (const wrong of AUTH_SPOILINGS) assertNotEquals(nearlyAuth(AUTH, wrong), AUTH, wrong);
});

Deno.test("the key and the digits are spoilt apart", () => {
  assertEquals(nearlyAuth("k:abc", "last character missing"), "k:ab");
  assertEquals(nearlyAuth("key:abc", "key: last character missing"), "ke:abc");
  assertEquals(nearlyAuth("key:abc", "key: nothing"), ":abc");
  assertEquals(nearlyAuth("key:abc", "upper case"), "key:ABC");
});
