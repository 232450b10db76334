import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { Buffer } from "node:buffer";
import { inflateRawSync } from "node:zlib";
import { visible } from "../record/visible.ts";
import { attacked } from "./testing/attacked.ts";
import type { Attack } from "./testing/hostile_target.ts";

/** What a terminal obeys, a runner takes for a command, or a reader is deceived by. */
const NASTY =
  "\x1b]0;pwned\x07\x1b[2J\r\n::error::pwned\n##[error]pwned\u0000\u0085\u202e\u2028\ud800<b>";

const secret = crypto.randomUUID().replaceAll("-", "").slice(0, 24);
const bytes = new TextEncoder().encode(secret);
/** In Base64, behind so many other bytes, without what holds bits of its neighbours. */
const inBase64 = (before: number) =>
  Buffer.concat([Buffer.alloc(before, "x"), bytes, Buffer.from("yyy")]).toString("base64");
const ECHOES = [
  secret,
  bytes.toHex(),
  bytes.toHex().toUpperCase(),
  encodeURIComponent(secret),
  ...[0, 1, 2].map(inBase64),
];
/** Whatever of it tells something. */
const runs = ECHOES.flatMap((form, index) => {
  const [from, to] = index < 4 ? [0, form.length] : [4, form.length - 8];
  return Array.from({ length: to - from - 7 }, (_, at) => form.slice(from + at, from + at + 8));
});

const said = `${NASTY} ${ECHOES.join(" ")} ${secret.slice(0, 12)}|${"z".repeat(250)}${secret}`;

/** Says what is hostile wherever a server says anything; every other answer is a refusal. */
function sayingIt(): Attack {
  let answers = 0;
  return {
    frame: (text) => {
      const message = JSON.parse(text);
      const isOthers = !message.event.startsWith("pusher:connection");
      return JSON.stringify({ ...message, ...(isOthers ? { [NASTY]: said, extra: said } : {}) });
    },
    api: (line, { status, body }) => {
      const isRefused = answers++ % 2 === 0;
      const content = Buffer.from(isRefused ? JSON.stringify({ error: said }) + said : body);
      line.write(
        `HTTP/1.1 ${isRefused ? 418 : status} ${secret} \u0085\r\nX-Told: ${secret}\u009b1m\r\n` +
          `Content-Length: ${content.length}\r\n\r\n`,
        "latin1",
      );
      line.write(content);
    },
  };
}

/** Everything that a page holds, what it holds deflated too. */
const unpacked = (page: string) =>
  [
    page,
    ...[...page.matchAll(/<script type="text\/deflated"[^>]*>([^<]*)</g)]
      .map(([, text = ""]) => inflateRawSync(Buffer.from(text, "base64")).toString()),
  ].join("\n").replaceAll("\0", ""); // stands between parts

describe("what a hostile target says", () => {
  it("is visible, obeyed by nobody, and tells no secret, in whatever is written", async () => {
    const outputs = new Map<string, string>();
    const args = ["check", "--scenario", "protocol/subscribe/*", "--scenario", "api/events/*"]
      .concat(
        "--junit",
        "OUT/junit.xml",
        "--markdown",
        "OUT/all.md",
        "--annotations",
        "OUT/all.txt",
      );
    const { err } = await attacked({
      attack: sayingIt(),
      spared: 60,
      args,
      interruptAfter: 60,
      environment: { REFERENCE_APP_SECRET: secret },
      look: async (out) => {
        for await (const { name } of Deno.readDir(out)) {
          outputs.set(name, await Deno.readTextFile(join(out, name)));
        }
      },
    });
    outputs.set("the console", err);
    assertEquals(
      [...outputs.keys()].toSorted(),
      [
        "all.md",
        "all.txt",
        "junit.xml",
        "record.jsonl",
        "report.html",
        "report.json",
        "the console",
      ],
    );
    for (const [name, text] of outputs) {
      // Markdown breaks mentions by a zero-width space of its own.
      const read = name.endsWith(".html") ? unpacked(text) : text.replaceAll("\u200b", "");
      assert(visible(read) === read, `${name} holds what cannot be seen`);
      const left = runs.filter((run) => read.includes(run));
      assertEquals(left, [], `${name} tells a part of the secret`);
    }
    const console = outputs.get("the console") ?? "";
    assert(!/^\s*::|##\[/m.test(console), console);
    const record = outputs.get("record.jsonl") ?? "";
    assert(record.includes("pwned") && record.includes("«secret»"), "it was said");
    assert(!console.includes("fewer than 12 characters"), console);
  });
});
