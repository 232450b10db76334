import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { maskedIn, masking, warningOf } from "./masking.ts";

const SECRET = 'a+"secret"/of é 24';

/** Every run of eight characters of a text. */
const runsOf = (form: string) =>
  Array.from({ length: Math.max(0, form.length - 7) }, (_, at) => form.slice(at, at + 8));

/** Whether any of them is left in the text. */
const isLeft = (text: string, form: string): boolean =>
  runsOf(form).some((run) => text.includes(run));

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

describe("a part of a secret of twenty characters and more", () => {
  /** Of letters and digits, or of whatever a keyboard has. */
  const alphabets = [
    "abcdefghijklmnopqrstuvwxyz0123456789",
    " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~aZ9",
  ];
  const secrets = Array.from({ length: 200 }, (_, n) => {
    const letters = alphabets[n % 2] ?? "";
    const numbers = crypto.getRandomValues(new Uint32Array(20 + n % 13));
    return Array.from(numbers, (number) => letters[number % letters.length]).join("");
  });

  it("is masked however it was cut, and wherever it stands", () => {
    for (const [n, secret] of secrets.entries()) {
      const mask = masking([secret]);
      const bytes = new TextEncoder().encode(secret);
      const forms = [
        secret,
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret),
        bytes.toHex(),
        bytes.toHex().toUpperCase(),
        bytes.toBase64({ omitPadding: true }),
      ];
      for (const form of forms) {
        const [from, to] = [n % (form.length - 8), form.length - (n % 3)];
        const text = mask(`${".".repeat(n % 17)}${form.slice(from, to)}${"-".repeat(n % 5)}`);
        assert(!isLeft(text, form), `${secret} as ${form} from ${from} to ${to}: ${text}`);
      }
    }
  });

  it("is not masked where it is an ordinary word of the protocol", () => {
    const mask = masking(["my-application-secret-2026"]);
    assertEquals(mask('"application": 1'), '"application": 1');
    assertEquals(mask("cret-2026"), "«secret»");
  });

  it("masks two that stand side by side", () => {
    const [one = "", other = ""] = secrets.filter((_, n) => n % 2 === 0);
    const text = masking([one, other])(`${one.slice(3)}${other.slice(2)}${one.slice(0, 9)}!`);
    assertEquals(text.replaceAll("«secret»", ""), "!");
  });
});

it("a secret of fewer than twelve characters is warned of, once for all", () => {
  assertEquals(warningOf({ main: { secret: "a-long-secret" } }), "");
  assertEquals(
    warningOf({ main: { secret: "short" }, second: { secret: "a-long-secret" } }),
    "the secret of main has fewer than 12 characters: what is written masks such a secret where it " +
      "stands whole, and not in parts",
  );
  assertEquals(
    warningOf({ main: { secret: "short" }, second: { secret: "x" } }).split(" has")[0]?.slice(
      0,
      41,
    ),
    "the secrets of main, second have fewer th",
  );
});

it("maskedIn() masks texts and keys, and leaves the rest as it is", () => {
  const when = new Date();
  assertEquals(
    maskedIn({ a: ["password", 1, null, { password: true }], when }, masking(["password"])),
    { a: ["«secret»", 1, null, { "«secret»": true }], when } as unknown,
  );
});
