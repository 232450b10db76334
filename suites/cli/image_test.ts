import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { withoutDocker } from "../../targets/testing/docker.ts";
import { VERSION } from "../record/version.ts";
import { pack, runIn } from "./npm/testing/package.ts";
import { root } from "./testing.ts";

const IMAGE = "plumbline-image-test";
const MEGABYTE = 1e6;

const skipped = await withoutDocker();

describe("the image", { skip: skipped }, () => {
  let folder: string;
  const docker = (...args: readonly string[]) => runIn(folder, ["docker", ...args]);

  beforeAll(async () => {
    folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
    // The sources without what lies about in a working copy.
    await runIn(folder, ["tar", "xzf", await pack(folder)]);
    const context = join(folder, "package");
    await Deno.copyFile(join(root, "Dockerfile"), join(context, "Dockerfile"));
    const built = await runIn(folder, [
      ...["docker", "build", "--network", "host", "--tag", IMAGE, context],
    ], { DOCKER_BUILDKIT: "0" });
    assertEquals(built.code, 0, built.out + built.err);
  });
  afterAll(async () => {
    await docker("rmi", "--force", IMAGE);
    await Deno.remove(folder, { recursive: true });
  });

  it("checks without a network and not as root, and leaves reports in the user's folder", async () => {
    const work = join(folder, "work");
    await Deno.mkdir(work);
    await Deno.chown(work, 4321, 4321);
    const { code, err } = await docker(
      ...["run", "--rm", "--network", "none", "--user", "4321", "--volume", `${work}:/work`],
      ...[IMAGE, "check", "--scenario", "auth/private/signed-for-another-socket"],
    );
    assertEquals(code, 0, err);
    const report = await Deno.stat(join(work, "reports/out/report.html"));
    assertEquals(report.uid, 4321);
  });

  it("names its version, is nobody's root, and is smaller than 250 MB", async () => {
    assertEquals((await docker("run", "--rm", IMAGE, "--version")).out.trim(), VERSION);
    const { out } = await docker("inspect", "--format", "{{.Config.User}} {{.Size}}", IMAGE);
    const [user, size] = out.trim().split(" ");
    assertEquals(user, "1000");
    assert(Number(size) < 250 * MEGABYTE, `${size} bytes`);
  });
});
