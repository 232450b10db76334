import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { collectHits } from "./hits.ts";
import { ACTIVE, type Copy, instrument } from "./instrument.ts";
import { isText } from "./texts.ts";

const root = fromFileUrl(new URL("testing", import.meta.url));

async function withCopy(use: (copy: Copy) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
  try {
    await use(await instrument(root, ["planted"], folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What the planted program prints for so many people, with a mutant active or none. */
async function priceFor(
  people: number,
  { folder }: Copy,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-config",
      "--allow-env",
      "--allow-net",
      "--allow-write",
      join(folder, "planted", "ticket.ts"),
      String(people),
    ],
    env: environment,
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

const mutantOf = ({ mutants }: Copy, replacement: string) => {
  const found = mutants.find((mutant) => mutant.replacement === replacement);
  assert(found, `there is a mutant ${replacement}`);
  return found;
};

describe("an instrumented copy", () => {
  it("does what the original does while no mutant is active", async () => {
    await withCopy(async (copy) => {
      assertEquals(await priceFor(10, copy), "9000");
    });
  });

  it("has one mutant in force that the environment names", async () => {
    await withCopy(async (copy) => {
      const { id, line, mutator, original } = mutantOf(copy, "people >= 9");
      assertEquals({ line, mutator, original }, {
        line: 5,
        mutator: "EqualityOperator",
        original: "people > 9",
      });
      assertEquals(await priceFor(9, copy), "9000");
      assertEquals(await priceFor(9, copy, { [ACTIVE]: id }), "8100");
    });
  });

  it("says which mutants were executed, though the program has ended", async () => {
    await withCopy(async (copy) => {
      const hits = await collectHits();
      try {
        await priceFor(10, copy, hits.environment);
        const executed = await hits.take();
        assert(executed.includes(mutantOf(copy, "900 / people").id));
        assert(!executed.includes(mutantOf(copy, "1000 / people").id));
        assertEquals(await hits.take(), [], "and each only once");
      } finally {
        await hits.close();
      }
    });
  });

  it("gives mutants names that stay when lines move, and no two the same", async () => {
    const folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
    try {
      const text = await Deno.readTextFile(join(root, "planted", "ticket.ts"));
      await Deno.mkdir(join(folder, "planted"));
      const write = (source: string) =>
        Deno.writeTextFile(join(folder, "planted", "ticket.ts"), source);
      const hashes = async () =>
        (await instrument(folder, ["planted"], join(folder, "copy"))).mutants.map(({ hash }) =>
          hash
        );
      await write(text);
      const before = await hashes();
      assertEquals(new Set(before).size, before.length);
      await write(`\n\n${text}`);
      assertEquals(await hashes(), before);
      await write(text.replace("people > 9", "people > 8"));
      assertNotEquals(await hashes(), before);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});

describe("a mutant of a text for people", () => {
  const text = (original: string) => isText({ mutator: "StringLiteral", original });

  it("empties the words of an error or a log line", async () => {
    await withCopy((copy) => {
      assertEquals(
        copy.mutants.filter(isText).map(({ original }) => original),
        ["`There is no ticket for you: ${why}`"],
      );
      return Promise.resolve();
    });
    assert(text('"The app is disabled"'));
    assert(text("`webhooks: an endpoint is ${age} ms behind`"));
  });

  it("is none where a program reads it", () => {
    assert(!text('"pusher:error"'));
    assert(!text('"SELECT id FROM lots WHERE sale_id = ?"'));
    assert(!text('"HTTP/1.1 400 Bad Request"'));
    assert(!text("`bid on ${lot}`"), "a key");
    assert(!isText({ mutator: "ConditionalExpression", original: '"The app is disabled"' }));
  });

  it("is the same for two who make it at once, and whole for both", async () => {
    const folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
    try {
      const [one, two] = await Promise.all([1, 2].map(() => instrument(root, ["planted"], folder)));
      assertEquals(one?.folder, two?.folder);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), [one?.hash]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});
