/** `explore` with several targets: the same histories on each, and where their answers differ. */
import { join } from "@std/path";
import { install } from "../../targets/install.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import { type Catalogue, loadCatalogue } from "../catalogue/catalogue.ts";
import { type Fixture, openFixture } from "../engine/fixture.ts";
import { receiveWebhooks, type WebhookReceiver } from "../engine/webhook_receiver.ts";
import { differential, type FoundDifference } from "../explore/differential.ts";
import {
  entryOf,
  knownAs,
  type KnownDifference,
  readRegister,
  type Register,
  registerText,
} from "../explore/register.ts";
import { loadSource } from "../language/source.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { EXIT, type ExitCode, exitCode } from "../record/exit_code.ts";
import { quote } from "../record/words.ts";
import { laboratoryOf, newRun } from "./explore.ts";
import { requireWritable, requireWritableFile } from "./writable.ts";
import { interruption, unlessInterrupted } from "./interruption.ts";

export interface DifferentialCommand {
  /** The folder that holds `targets/`. */
  readonly root: string;
  readonly targets: readonly string[];
  readonly start: boolean;
  readonly forMs: number;
  readonly seed: number;
  /** Where a scenario of each new difference goes. */
  readonly out: string;
  readonly register: string;
  readonly writeRegister?: string;
}

export async function differentialCommand(
  options: DifferentialCommand,
  write: (text: string) => void,
): Promise<ExitCode> {
  const { root, start, seed, forMs, out, writeRegister } = options;
  await requireWritable({ out });
  if (writeRegister !== undefined) await requireWritableFile("--write-register", writeRegister);
  const catalogue = await loadCatalogue(root);
  const register = await registerAt(options.register, writeRegister !== undefined);
  const interrupted = interruption();
  // Nothing is compared of webhooks; a server that is started has to send them somewhere.
  const webhooks = start ? receiveWebhooks("127.0.0.1", 0) : undefined;
  const fixtures: Fixture[] = [];
  const found: FoundDifference[] = [];
  const known = new Set<KnownDifference>();
  const names: string[] = [];
  let histories = 0;
  try {
    for (const name of options.targets) fixtures.push(await openOne(name, root, webhooks));
    names.push(...fixtures.map(({ target }) => target.name));
    write(`${names.join(", ")}: comparing for ${Math.round(forMs / 1000)} s with seed ${seed}\n`);
    const run = newRun();
    const comparing = differential({
      laboratories: fixtures.map((fixture) => laboratoryOf(fixture, run)),
      apps: {
        main: "main",
        other: fixtures.every(({ target }) => target.apps.second) ? "second" : undefined,
      },
      seed,
      forMs,
      signal: interrupted,
      shrinks: writeRegister === undefined,
      isKnown: (difference) => {
        const entry = knownAs(difference, names, register);
        if (entry) known.add(entry);
        return entry !== undefined;
      },
      onHistory: () => void histories++,
      onDifference: (one) => {
        if (knownAs(one.difference, names, register)) return;
        found.push(one);
        write(toldDifference(one, names, catalogue));
        const path = join(out, `difference-${found.length}.yaml`);
        Deno.writeTextFileSync(path, one.text);
        write(`  saved as ${path}\n`);
      },
    });
    await unlessInterrupted(comparing, interrupted);
    const fresh = found.filter(({ isStable }) => isStable);
    write(
      `${histories} histories; ${known.size} of ${register.differences.length} known differences seen, ${fresh.length} new, ${
        found.length - fresh.length
      } not seen again\n`,
    );
    const entries = [
      ...register.differences,
      ...fresh.map(({ difference, requirement }) => entryOf(difference, names, requirement)),
    ];
    if (writeRegister !== undefined) {
      await Deno.writeTextFile(writeRegister, registerText({ ...register, differences: entries }));
    }
    const down = !interrupted.aborted &&
      (await Promise.all(fixtures.map((fixture) => fixture.whyDown())))
        .some((why) => why !== undefined);
    const isWritten = writeRegister !== undefined;
    return exitCode([
      ...(interrupted.aborted ? [EXIT.interrupted] : []),
      ...((fresh.length > 0 && !isWritten) || down ? [EXIT.failed] : []),
    ]);
  } finally {
    for (const fixture of fixtures) await fixture.close(interrupted.aborted);
    await webhooks?.close();
  }
}

/** The register; an empty one where it is to be written for the first time. */
async function registerAt(path: string, mayBeMissing: boolean): Promise<Register> {
  try {
    return readRegister(await loadSource(path));
  } catch (error) {
    const isMissing = await Deno.stat(path).then(() => false, () => true);
    if (mayBeMissing && isMissing) return { version: 1, differences: [] };
    throw error;
  }
}

async function openOne(
  name: string,
  root: string,
  webhooks: WebhookReceiver | undefined,
): Promise<Fixture> {
  const start = webhooks !== undefined;
  const target = await loadTarget(targetPath(name, join(root, "targets")), { started: start });
  if (start) await install(target);
  return await openFixture({
    target,
    start,
    application: undefined,
    webhooks,
    log: openRecorder(() => {}).log("server"),
  });
}

function toldDifference(
  { difference: { when, seenBy, behaviours, shown }, isStable, requirement, text }: FoundDifference,
  names: readonly string[],
  catalogue: Catalogue,
): string {
  const row = requirement === undefined ? undefined : catalogue.find(requirement);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.flatMap((name, at) => [
    `  ${name.padEnd(width)}  ${behaviours[at]}`,
    ...(shown[at] ?? []).map(({ who, event }) =>
      `  ${" ".repeat(width)}    ${who}: ${quote(event)}`
    ),
  ]);
  const steps = text.slice(text.indexOf("    steps:")).replaceAll(/^ {4}/gm, "  ");
  return [
    `≠ ${when}, seen by ${seenBy}${isStable ? "" : " (not seen again: no difference)"}`,
    ...lines,
    row ? `  ${row.id}: ${row.statement}` : "  no requirement was found that speaks to it",
    steps,
  ].join("\n");
}
