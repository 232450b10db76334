import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { element, markup, packed, prose } from "./markup.ts";
import { Buffer } from "node:buffer";
import { inflateRawSync } from "node:zlib";

describe("a markup template", () => {
  it("escapes what is put into it, in content and in attributes", () => {
    const text = `<b a="x" b='y'>&`;
    assertEquals(
      markup`<p title="${text}">${text}</p>`.text,
      '<p title="&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;">' +
        "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;</p>",
    );
  });

  it("keeps the markup of other templates, alone and in lists", () => {
    const items = ["<a>", "b"].map((text) => markup`<li>${text}</li>`);
    assertEquals(markup`<ul>${items}</ul>`.text, "<ul><li>&lt;a&gt;</li><li>b</li></ul>");
  });

  it("leaves no trace of what is absent, and writes zero", () => {
    assertEquals(markup`${false}${undefined}${[]}${0}`.text, "0");
  });
});

describe("prose", () => {
  it("sets code, strong and stressed parts", () => {
    assertEquals(
      prose("`a*b` is **not** *that* <x>; `pusher:*` or `b*`").text,
      "<code>a*b</code> is <strong>not</strong> <em>that</em> &lt;x&gt;; " +
        "<code>pusher:*</code> or <code>b*</code>",
    );
  });
});

describe("packed markup", () => {
  it("holds its parts apart, whatever stands in them", () => {
    const parts = [markup`<b>${"</script>\0"}</b>`, markup`second`];
    const { text } = packed("x", parts);
    const [, deflated = ""] =
      /^<script type="text\/deflated" id="x">([A-Za-z0-9+/=]*)<\/script>\n$/.exec(text) ?? [];
    assertEquals(
      inflateRawSync(Buffer.from(deflated, "base64")).toString().split("\0"),
      parts.map((part) => part.text),
    );
  });
});

describe("an element of a library's drawing", () => {
  it("is written with its text and values escaped", () => {
    assertEquals(
      element("text", [["y", `"1"`], ["text-anchor", "end"]], "<b>").text,
      '<text y="&quot;1&quot;" text-anchor="end">&lt;b&gt;</text>',
    );
  });

  it("is refused where a name could be more than a name", () => {
    for (const name of ["a b", "a>", "", "a=", "1"]) {
      assertThrows(() => element(name, [], ""), Error, "cannot be the name");
      assertThrows(() => element("a", [[name, ""]], ""), Error, "cannot be the name");
    }
  });
});
