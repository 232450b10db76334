/**
 * Builds the k6 that carries `k6/x/pusher` into `.cache/k6/k6`.
 *
 *     deno task k6:build
 */
import { fromFileUrl, join } from "@std/path";

const here = fromFileUrl(new URL(".", import.meta.url));
const root = join(here, "..", "..", "..");
/** Where docs/load-k6.md and the calibration run it from. */
const binary = join(root, ".cache", "k6", "k6");

const INSTALL = "install Go from https://go.dev/dl/ and put its bin folder on PATH";

interface Version {
  readonly major: number;
  readonly minor: number;
}

/** The version in `go version go1.26.8 linux/amd64`, or in go.mod's `go 1.25.0`; 0.0 in anything else. */
function versionIn(text: string): Version {
  const [, major, minor] = /^go (?:version go)?(\d+)\.(\d+)/.exec(text) ?? [];
  return { major: Number(major ?? 0), minor: Number(minor ?? 0) };
}

/** What is installed, or undefined where nothing is. */
async function installedGo(): Promise<string | undefined> {
  try {
    // In this folder, a Go that may fetches the version that go.mod wants; what keeps it from that
    // it says on stderr.
    const { success, stdout, stderr } = await new Deno.Command("go", {
      args: ["version"],
      cwd: here,
    }).output();
    return new TextDecoder().decode(success ? stdout : stderr).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The remedy, where this machine's Go cannot build it. */
async function obstacle(): Promise<string | undefined> {
  const [wanted = ""] = /^go .*$/m.exec(await Deno.readTextFile(join(here, "go.mod"))) ?? [];
  const found = await installedGo();
  if (found === undefined) return `There is no Go here, and k6 is built with it: ${INSTALL}.`;
  const have = versionIn(found), need = versionIn(wanted);
  if (have.major === need.major && have.minor >= need.minor) return undefined;
  return `This Go will not do (${found}): suites/load/k6/go.mod wants ${wanted} or newer; ${INSTALL}.`;
}

const problem = await obstacle();
if (problem) {
  console.error(problem);
  Deno.exit(2);
}
const { success } = await new Deno.Command("go", {
  args: ["build", "-trimpath", "-ldflags=-s -w", "-o", binary, "."],
  cwd: here,
  stdout: "inherit",
  stderr: "inherit",
}).output();
if (!success) {
  console.error(
    "k6 could not be built. The first build downloads its Go modules: behind a proxy of your own, set GOPROXY.",
  );
  Deno.exit(3);
}
console.log(`built ${binary}`);
