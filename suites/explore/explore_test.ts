import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../targets/file.ts";
import { loadApplication } from "../applications/file.ts";
import { VOCABULARY } from "../cli/vocabulary.ts";
import { BREAKS } from "../faults/breaks.ts";
import { type Ground, openGround } from "../proof/fixture.ts";
import { explore, type Failure } from "./explore.ts";

const root = fromFileUrl(new URL("../../", import.meta.url));

describe("exploring", () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround(
      await loadTarget(join(root, "targets", "reference.yaml"), { started: true }),
      await loadApplication(join(root, "targets", "applications", "reference.yaml")),
    );
  });
  afterAll(() => ground.fixture.close());

  /** Explores with these faults in force, until the first failure or for `forMs`. */
  async function exploreWith(names: readonly string[], forMs: number): Promise<Failure[]> {
    await ground.breakWith(BREAKS.filter(({ name }) => names.includes(name)));
    const { open } = ground.fixture;
    const failures: Failure[] = [];
    const enough = new AbortController();
    await explore({
      laboratory: {
        target: open,
        vocabulary: VOCABULARY,
        apps: Object.values(open.apps),
        run: `t${names.length}`,
        trials: { next: 0 },
      },
      apps: [{ main: "main", other: "second", sendsWebhooks: false }],
      seed: 1,
      forMs,
      signal: enough.signal,
      onProgress: () => {},
      onFailure: (failure) => {
        failures.push(failure);
        enough.abort();
      },
    });
    return failures;
  }

  it("finds nothing on a server that is right", async () => {
    assertEquals((await exploreWith([], 4000)).map(({ finding }) => finding), []);
  });

  it("finds that client events come back to their sender, in a few steps, again and again", async () => {
    const [failure] = await exploreWith(["client-events-echoed"], 60_000);
    assert(failure, "it was found");
    assertEquals(failure.finding.requirement, "P-166");
    assertEquals(failure.again, failure.of);
    assert(failure.steps <= 8, failure.text);
  });
});
