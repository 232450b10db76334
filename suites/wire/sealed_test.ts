import { assertEquals } from "@std/assert";
import { encodeBase64 } from "@std/encoding";
import { describe, it } from "@std/testing/bdd";
import { seal, sharedSecret, unseal } from "./sealed.ts";

const MASTER_KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const secret = sharedSecret("private-encrypted-foo", MASTER_KEY);

describe("sealed event data", () => {
  it("has the golden shared secret", () => {
    assertEquals(encodeBase64(secret), "E3I6KxLwqP1Rr/p1676Vpnrw23CkRdS5bkX5NazRkeY=");
  });

  it("opens with the same secret", () => {
    assertEquals(unseal(JSON.parse(seal("héllo 🦆", secret)), secret), "héllo 🦆");
  });

  it("does not open with another channel's secret, nor once it was altered", () => {
    const sealed = JSON.parse(seal("hello", secret));
    assertEquals(unseal(sealed, sharedSecret("private-encrypted-bar", MASTER_KEY)), undefined);
    assertEquals(unseal({ ...sealed, ciphertext: encodeBase64("x") }, secret), undefined);
    assertEquals(unseal({ ...sealed, nonce: "?" }, secret), undefined);
    assertEquals(unseal("hello", secret), undefined);
  });

  it("never takes the same nonce twice", () => {
    const nonces = Array.from({ length: 100 }, () => JSON.parse(seal("hello", secret)).nonce);
    assertEquals(new Set(nonces).size, 100);
  });
});
