import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import type { Canary } from "./canary.ts";
import { searchFor } from "./search.ts";

const reserve: Canary = { kind: "reserve", label: "the reserve", amount: 734291 };
const email: Canary = {
  kind: "identity",
  label: "the e-mail of ana",
  text: "a.quoll@example.test",
};
const name: Canary = { kind: "identity", label: "the name of ana", text: "Ana Quokka" };
const search = searchFor([reserve, email, name]);

const labels = (text: string) => search(text).found.map(({ label }) => label);
const tells = (text: string) => labels(text).includes("the reserve");

type Encode = (text: string) => string;
const bytes = (text: string) => [...Buffer.from(text)];
const escaped = (code: number) => `\\u${code.toString(16).padStart(4, "0")}`;

/** Ways in which text is written into text. */
const ENCODINGS: Readonly<Record<string, Encode>> = {
  "a JSON string": (text) => JSON.stringify(text),
  "a field of nested JSON": (text) => JSON.stringify({ data: JSON.stringify({ a: [text] }) }),
  "JSON escapes": (text) => `"${bytes(text).map(escaped).join("")}"`,
  "base64": (text) => Buffer.from(text).toString("base64"),
  "base64 without padding": (text) => Buffer.from(text).toString("base64").replace(/=+$/, ""),
  "base64, a byte off": (text) => Buffer.from(`{${text}}`).toString("base64"),
  "base64, two bytes off": (text) => Buffer.from(`: ${text} .`).toString("base64"),
  "base64url": (text) => Buffer.from(`"${text}"`).toString("base64url"),
  "base64 in lines": (text) => Buffer.from(text).toString("base64").replace(/.{64}/g, "$&\r\n"),
  "hexadecimal": (text) => Buffer.from(text).toString("hex"),
  "hexadecimal in capitals": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "percent encoding": (text) => encodeURIComponent(text),
  "percent encoding of everything": (text) =>
    bytes(text).map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  "HTML entities": (text) => bytes(text).map((byte) => `&#${byte};`).join(""),
  "hexadecimal HTML entities": (text) => bytes(text).map((b) => `&#x${b.toString(16)};`).join(""),
  "HTML text": (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`),
  "a data URL": (text) => `data:text/plain;base64,${Buffer.from(text).toString("base64")}`,
  "a sentence": (text) => `The answer is ${text}, and no other.`,
};

const encoded = fc.array(fc.constantFrom(...Object.keys(ENCODINGS)), { maxLength: 3 });
const encodeBy = (names: readonly string[], text: string) =>
  names.reduce((inner, name) => ENCODINGS[name]?.(inner) ?? inner, text);

describe("the search for canaries", () => {
  it("finds each through any three encodings, one in another", () => {
    const written = fc.constantFrom("734291", "7,342.91", "A.QUOLL@example.test", "Ana Quokka");
    fc.assert(
      fc.property(encoded, written, (names, text) => {
        assertEquals(search(encodeBy(names, text)).found.length, 1, names.join(" in "));
      }),
      { numRuns: 1500 },
    );
  });

  it("accuses no text without a canary, whatever it is wrapped in", () => {
    fc.assert(
      fc.property(encoded, fc.oneof(fc.string({ maxLength: 300 }), fc.json()), (names, text) => {
        assertEquals(labels(encodeBy(names, text)), []);
      }),
      { numRuns: 1000 },
    );
  });

  it("accuses no other number of being the amount", () => {
    fc.assert(
      fc.property(fc.integer(), (number) => {
        fc.pre(![734291, 73429100, -734291].includes(number));
        assert(!tells(JSON.stringify([1, number, { amount: number }])));
      }),
    );
  });

  it("finds an amount in every way of writing numbers", () => {
    const ways = [
      "734291",
      "7342.91",
      "7342,91",
      "734,291",
      "734.291,00",
      "734 291",
      "734\u00a0291",
    ];
    const more = ["7.342,91", "7 342,91 €", "7'342.91", "EUR7342.91", "734291EUR", "734291.00"];
    const exponents = ["7.34291e5", "7.34291E+05", "73429.1e1", "734291e-2"];
    const lists = [
      "[1,734291,5]",
      '{"reserve":734291}',
      "reserve=734291&x=1",
      "-734291",
      "$73429100",
    ];
    for (const text of [...ways, ...more, ...exponents, ...lists]) assert(tells(text), text);
  });

  it("finds a round amount with the zeros left out", () => {
    const round = searchFor([{ kind: "reserve", label: "it", amount: 5123400 }]);
    for (const text of ["51234", "51234.0", "51 234", "51,234.00", "5.1234e4", "5123400"]) {
      assertEquals(round(text).found.length, 1, text);
    }
  });

  it("compares numbers whole", () => {
    const others = [
      "1734291",
      "7342910",
      "734291.5",
      "12.734291",
      "1,734,291",
      "a734291f",
      "7342911",
    ];
    for (const text of [...others, "2026-07-34T29:1", "0.734291", "7.34291", "734.2915"]) {
      assert(!tells(text), text);
    }
  });

  it("finds a name as a slug, in a form body and in another case", () => {
    for (const text of ["ana-quokka", "name=Ana+Quokka", "ANA QUOKKA", "ana_quokka"]) {
      assertEquals(labels(text), ["the name of ana"], text);
    }
  });

  it("finds what lies in JSON strings ten deep", () => {
    let text = `{"at":"a.quoll\\u0040example.test"}`;
    for (let depth = 0; depth < 10; depth++) text = JSON.stringify({ data: text });
    assertEquals(labels(text), ["the e-mail of ana"]);
  });
});

describe("the search in hostile text", () => {
  const MEGABYTE = 1024 * 1024;
  const filled = (text: string) => text.repeat(Math.ceil(MEGABYTE / text.length));

  it("reads a megabyte of nested encodings within its bound, or says that it did not", () => {
    let nested = "x".repeat(MEGABYTE / 4);
    while (nested.length < MEGABYTE) nested = Buffer.from(nested).toString("base64");
    const texts = [
      ...["%25", "\\", "&amp;", "QUFB", "41", "\\u005c", "1,", "7 ", "%2525", "a-"].map(filled),
      filled(Buffer.from("Buffer ".repeat(99)).toString("base64")),
      nested,
    ];
    // The one thing that may not be is work that grows faster than the text.
    const once = (text: string) => {
      const began = performance.now();
      search(text);
      return performance.now() - began;
    };
    // The shorter of two: the machine may have been busy with something else.
    const time = (text: string) => Math.min(once(text), once(text));
    for (const text of texts) {
      const half = time(text.slice(0, text.length / 4));
      const whole = time(text);
      assert(
        whole < 12 * half + 1000,
        `${text.slice(0, 8)}: ${half} ms, four times it ${whole} ms`,
      );
    }
  });

  it("says when it gave up, so that unknown is not taken for clean", () => {
    const text = Buffer.from(Buffer.from("word ".repeat(200)).toString("base64")).toString(
      "base64",
    );
    assertEquals(search(text).complete, true);
    assertEquals(search(text, 1000).complete, false);
  });
});
