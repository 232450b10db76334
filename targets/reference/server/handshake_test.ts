import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createApp } from "./app.ts";
import { answer, answerer, type Knock } from "./handshake.ts";
import { settingsOf } from "./settings.ts";

const apps = new Map(
  [
    { id: "1", key: "open" },
    { id: "2", key: "tls", tlsOnly: true },
    { id: "3", key: "off", enabled: false },
    {
      id: "4",
      key: "shop",
      allowedOrigins: ["shop.example", "*.shop.example", "https://b.example"],
    },
  ].map((app) => [app.key, createApp(settingsOf({ ...app, secret: "s" }))]),
);

function codeOf(target: string, knock: Partial<Knock> = {}): number | "welcome" {
  const reply = answer({ target, origin: undefined, encrypted: false, ...knock }, apps);
  if (reply.ok) return "welcome";
  assert(reply.farewell.reason.length > 0);
  return reply.farewell.code;
}

describe("a client at the door", () => {
  const cases: readonly (readonly [string, number | "welcome", string])[] = [
    ["/app/open?protocol=7&client=js&version=8.6.0&flash=false", "welcome", "as pusher-js (P-002)"],
    ["/app/open?protocol=7", "welcome", "with the protocol alone (P-001, P-003)"],
    ["/app/open?protocol=4&version=1.12", "welcome", "with protocol 4 (P-004)"],
    ["/app/open?protocol=5&version=7.0.3-beta.1", "welcome", "with a pre-release (P-004)"],
    ["/app/open?protocol=3", 4007, "with a protocol of old (P-005)"],
    ["/app/open?protocol=8", 4007, "with a protocol to come (P-005)"],
    ["/app/open?protocol=999999999999", 4006, "with an absurd protocol (P-006)"],
    ["/app/open?protocol=seven", 4006, "with a protocol in words (P-006)"],
    ["/app/open?protocol=7&version=latest", 4006, "with a version in words (P-006)"],
    ["/app/open", 4008, "without a protocol (P-007)"],
    ["/app/nobody?protocol=7", 4001, "with an unknown key (P-017)"],
    ["/app/%zz?protocol=7", 4005, "with an undecodable key (P-018)"],
    ["/app/open/more?protocol=7", 4005, "at a longer path (P-018)"],
    ["/?protocol=7", 4005, "at the root (P-018)"],
    ["/app/tls?protocol=7", 4000, "in clear text where TLS is asked for (P-019)"],
    ["/app/off?protocol=7", 4003, "of a disabled app (P-020)"],
  ];
  for (const [target, code, who] of cases) {
    it(`${who} gets ${code}`, () => assertEquals(codeOf(target), code));
  }

  it("comes in by TLS where TLS is asked for (P-019)", () => {
    assertEquals(codeOf("/app/tls?protocol=7", { encrypted: true }), "welcome");
  });

  const origins: readonly (readonly [string | undefined, number | "welcome"])[] = [
    ["https://shop.example", "welcome"],
    ["https://www.shop.example:8443", "welcome"],
    ["https://b.example", "welcome"],
    [undefined, "welcome"],
    ["http://b.example", 4009],
    ["https://shop.example.evil", 4009],
    ["https://shopxexample", 4009],
    ["null", 4009],
  ];
  for (const [origin, code] of origins) {
    it(`from ${origin} gets ${code} under an allow-list (P-023)`, () => {
      assertEquals(codeOf("/app/shop?protocol=7", { origin }), code);
    });
  }

  it("is known again by nothing less than all it said", () => {
    const asked = answerer(apps);
    const shop = { target: "/app/shop?protocol=7", encrypted: false };
    const knocks: readonly (readonly [Knock, boolean])[] = [
      [{ ...shop, origin: "https://shop.example" }, true],
      [{ ...shop, origin: "https://shop.example" }, true],
      [{ ...shop, origin: "https://evil.example" }, false],
      [{ target: "/app/tls?protocol=7", origin: undefined, encrypted: true }, true],
      [{ target: "/app/tls?protocol=7", origin: undefined, encrypted: false }, false],
      [{ target: "/app/open?protocol=7", origin: undefined, encrypted: false }, true],
    ];
    for (const [knock, welcome] of knocks) assertEquals(asked(knock).ok, welcome);
  });
});
