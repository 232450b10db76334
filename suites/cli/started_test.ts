/** Target files of other people's servers: what they install and start can be checked. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { plumbline, root, withFolder } from "./testing.ts";
import { loadTarget } from "../../targets/file.ts";
import { withoutComposerPackage } from "../../targets/testing/packages.ts";

/** A scenario that each of these servers passes. */
const ONE = ["--scenario", "auth/private/right-signature/a-plain-name"];

const checks = (name: string) =>
  withFolder(async (folder) => {
    const { code, err } = await plumbline([
      "check",
      "--target",
      name,
      "--start",
      "--out",
      folder,
      ...ONE,
    ]);
    assertEquals(code, 0, err);
  });

describe("targets/reverb.yaml", { skip: await withoutComposerPackage("laravel/reverb") }, () => {
  it("installs Laravel Reverb, and starts it", () => checks("reverb"));
});

describe("the apps that a started server has", () => {
  for (const name of ["reverb", "anycable"]) {
    it(`are those that targets/${name}.yaml hands to it: ${name}`, async () => {
      const { apps, start } = await loadTarget(join(root, "targets", `${name}.yaml`), {
        started: true,
      });
      const handed = JSON.stringify([start?.files, start?.command]);
      const missing = Object.keys(apps).filter((app) => !handed.includes(`apps.${app}.key`));
      assertEquals(missing, []);
    });
  }
});
