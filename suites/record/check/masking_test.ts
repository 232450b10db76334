import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { masking } from "./masking.ts";

const SECRET = 'a+"secret"/of é 24';

/** Whether any run of eight characters of a form is left in the text. */
const isLeft = (text: string, form: string): boolean =>
  Array.from({ length: Math.max(0, form.length - 7) }, (_, at) => form.slice(at, at + 8))
    .some((run) => text.includes(run));

describe("a secret in what is written down", () => {
  const mask = masking([SECRET]);
  const bytes = new TextEncoder().encode(SECRET);

  for (
    const [form, text] of [
      ["plain", SECRET],
      ["as JSON", JSON.stringify(SECRET).slice(1, -1)],
      ["in a URL", encodeURIComponent(SECRET)],
      ["as hexadecimal digits", bytes.toHex()],
    ] as const
  ) {
    it(`is masked ${form}`, () => {
      assertEquals(mask(`before ${text} after`), "before «secret» after");
    });
  }

  it("is masked in Base64, wherever in a longer text it stands", () => {
    for (const before of ["", "x", "xy", "xyz"]) {
      const whole = new TextEncoder().encode(`${before}${SECRET}after`);
      for (const alphabet of ["base64", "base64url"] as const) {
        const text = mask(whole.toBase64({ alphabet }));
        // What is left at its edges holds bits of its neighbours.
        for (const offset of [0, 1, 2]) {
          const moved = new Uint8Array([...new Uint8Array(offset), ...bytes]);
          const inner = moved.toBase64({ alphabet, omitPadding: true }).slice(3, -3);
          assertEquals(isLeft(text, inner), false, `${before} ${text}`);
        }
      }
    }
  });

  it("leaves other text alone", () => {
    assertEquals(mask("a secret of 24"), "a secret of 24");
    assertEquals(masking(["abc"])("abc"), "abc");
  });
});
